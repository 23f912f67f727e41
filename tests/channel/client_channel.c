/*
 * A static channel of FreeRDP's client that sends each message back, the same for FreeRDP 2 and 3: loaded
 * into xfreerdp by LD_PRELOAD, for the channel that /vc:wtsecho asks for. It writes the size of each message,
 * one on a line, to the file that WTS_SIZES names. The interface is that of Windows' client: cchannel.h.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "wtsecho"

enum {
    VERSION = 1,
    OPTION_INITIALIZED = INT32_MIN,
    EVENT_CONNECTED = 1,
    EVENT_DISCONNECTED = 3,
    EVENT_DATA = 10,
    EVENT_WRITTEN = 11,
    EVENT_CANCELLED = 12,
    FLAG_FIRST = 1,
    FLAG_LAST = 2
};

struct definition {
    char name[8];
    uint32_t options;
};

typedef void init_event(void *own, void *init, unsigned event, void *data, unsigned length);
typedef void open_event(void *own, uint32_t handle, unsigned event, void *data, uint32_t length,
                        uint32_t total, uint32_t flags);

struct entry_points {
    uint32_t size;
    uint32_t version;
    unsigned (*init)(void *own, void *context, void *init, struct definition *channels, int count,
                     uint32_t version, init_event *event);
    unsigned (*open)(void *init, uint32_t *handle, char *name, open_event *event);
    unsigned (*close)(void *init, uint32_t handle);
    unsigned (*write)(void *init, uint32_t handle, void *data, uint32_t length, void *user);
};

static struct entry_points points;
static void *client;
static uint8_t *message;
static uint32_t length_so_far;

static void note(uint32_t length)
{
    const char *path = getenv("WTS_SIZES");
    FILE *file = path != NULL ? fopen(path, "a") : NULL;
    if (file == NULL)
        return;
    fprintf(file, "%u\n", length);
    fclose(file);
}

static void take(uint32_t handle, const void *data, uint32_t length, uint32_t total, uint32_t flags)
{
    if ((flags & FLAG_FIRST) != 0) {
        free(message);
        message = malloc(total);
        length_so_far = 0;
    }
    if (message == NULL || length > total - length_so_far)
        return;
    memcpy(message + length_so_far, data, length);
    length_so_far += length;
    if ((flags & FLAG_LAST) == 0)
        return;
    note(length_so_far);
    points.write(client, handle, message, length_so_far, message); /* freed when it is written */
    message = NULL;
}

static void of_channel(void *own, uint32_t handle, unsigned event, void *data, uint32_t length,
                       uint32_t total, uint32_t flags)
{
    (void)own;
    if (event == EVENT_DATA)
        take(handle, data, length, total, flags);
    else if (event == EVENT_WRITTEN || event == EVENT_CANCELLED)
        free(data);
}

static void of_client(void *own, void *init, unsigned event, void *data, unsigned length)
{
    static uint32_t handle;
    char name[] = NAME;
    (void)own;
    (void)data;
    (void)length;
    if (event == EVENT_CONNECTED)
        points.open(init, &handle, name, of_channel);
    else if (event == EVENT_DISCONNECTED)
        points.close(init, handle);
}

static int enter(const struct entry_points *given, void *init)
{
    struct definition channel = {NAME, (uint32_t)OPTION_INITIALIZED};
    points = *given;
    client = init;
    return points.init(&points, NULL, init, &channel, 1, VERSION, of_client) == 0;
}

/* FreeRDP's own, where it looks for the code of a channel. */
void *freerdp_load_channel_addin_entry(const char *name, const char *subsystem, const char *type,
                                       uint32_t flags);

void *freerdp_load_channel_addin_entry(const char *name, const char *subsystem, const char *type,
                                       uint32_t flags)
{
    static void *(*real)(const char *, const char *, const char *, uint32_t);
    if (strcmp(name, NAME) == 0)
        return (void *)enter; // NOLINT
    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "freerdp_load_channel_addin_entry");
    return real != NULL ? real(name, subsystem, type, flags) : NULL;
}
