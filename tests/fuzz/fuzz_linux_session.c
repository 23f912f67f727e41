/*
 * Fuzzes what wts-session and the DLL read besides the frames. The first byte says what the rest is: the
 * payload of a state, the output of xrdp-sesadmin, or a recipe for the answers and signals of logind. Those
 * are real messages of sd-bus with whatever types and values the recipe says, which go to the functions that
 * get them in wts-session; what is known afterwards has to be a state that can be sent.
 */
#include "fuzz.h"

#include <sys/socket.h>
#include <unistd.h>

/* With its static functions, which the bus calls. */
#include "helper/session/logind.c"
#include "helper/session/state.h"

enum { MAX_DEPTH = 4, MAX_ITEMS = 12, LIFE = 64, BUFFER = 8192 };

static void fuzz_payload(const uint8_t *data, size_t length)
{
    static uint8_t written[BUFFER];
    struct wts_linux_session session;
    struct wts_frame_reader reader = {.data = data, .left = length};
    struct wts_frame_writer writer = {.data = written, .size = sizeof written};
    if (!wts_linux_get_session(&reader, &session))
        return;
    wts_linux_put_session(&writer, &session);
    require(!writer.failed && writer.used == length && memcmp(written, data, length) == 0);
    require(wts_linux_is_same(&session, &session));
}

static void require_state(const struct wts_sources *sources)
{
    static uint8_t written[BUFFER];
    struct wts_linux_session session;
    struct wts_frame_writer writer = {.data = written, .size = sizeof written};
    wts_state_gather(sources, &session);
    wts_linux_put_session(&writer, &session);
    require(!writer.failed && writer.used <= sizeof written);
}

static void fuzz_output(const uint8_t *data, size_t length)
{
    static struct wts_sources sources;
    char *text = malloc(length + 1);
    require(text != NULL);
    memcpy(text, data, length);
    text[length] = 0;
    sources.xrdp.is_session = true;
    wts_sesadmin_read(text, 10, &sources.xrdp.details);
    require_state(&sources);
    free(text);
}

struct recipe {
    const uint8_t *data;
    size_t left;
};

static uint8_t next(struct recipe *recipe)
{
    if (recipe->left == 0)
        return 0;
    recipe->left--;
    return *recipe->data++;
}

static const char *next_text(struct recipe *recipe)
{
    static const char *const words[] = {"LockedHint",
                                        "Active",
                                        "Remote",
                                        "IdleHint",
                                        "Id",
                                        "Name",
                                        "RemoteHost",
                                        "Type",
                                        "Class",
                                        "Timestamp",
                                        "User",
                                        "IdleSinceHint",
                                        "",
                                        "c1",
                                        "manager",
                                        "/",
                                        "/org/freedesktop/login1/session/c1",
                                        "org.freedesktop.login1.Session",
                                        "org.freedesktop.login1"};
    static char other[512];
    const uint8_t choice = next(recipe);
    if (choice < sizeof words / sizeof *words)
        return words[choice];
    const size_t length = choice % 2 ? choice : choice * 2U;
    memset(other, 'a' + choice % 26, length);
    other[length] = 0;
    return other;
}

static void append(sd_bus_message *message, struct recipe *recipe, int depth);

static void append_number(sd_bus_message *message, struct recipe *recipe, char type)
{
    uint64_t number = 0;
    const uint8_t size = next(recipe) % 9;
    for (uint8_t i = 0; i < size; i++)
        number = number << 8 | next(recipe);
    const int flag = number & 1;
    sd_bus_message_append_basic(message, type, type == 'b' ? (const void *)&flag : &number);
}

static void append_inside(sd_bus_message *message, struct recipe *recipe, char type, const char *contents,
                          int depth)
{
    if (sd_bus_message_open_container(message, type, contents) < 0)
        return;
    for (int items = next(recipe) % MAX_ITEMS; items > 0; items--)
        append(message, recipe, depth + 1);
    sd_bus_message_close_container(message);
}

/* A dictionary of properties, most of them as they should be. */
static void append_properties(sd_bus_message *message, struct recipe *recipe)
{
    static const char *const kinds[] = {"b", "s", "t", "u", "o", "i"};
    if (sd_bus_message_open_container(message, 'a', "{sv}") < 0)
        return;
    for (int items = next(recipe) % MAX_ITEMS; items > 0; items--) {
        const char *kind = kinds[next(recipe) % (sizeof kinds / sizeof *kinds)];
        const char *name = next_text(recipe);
        sd_bus_message_open_container(message, 'e', "sv");
        sd_bus_message_append_basic(message, 's', name);
        if (strcmp(name, "User") == 0 && next(recipe) % 2)
            sd_bus_message_append(message, "v", "(uo)", (uint32_t)next(recipe), "/u");
        else {
            sd_bus_message_open_container(message, 'v', kind);
            if (strchr("so", kind[0]))
                sd_bus_message_append_basic(message, kind[0], kind[0] == 'o' ? "/o" : next_text(recipe));
            else
                append_number(message, recipe, kind[0]);
            sd_bus_message_close_container(message);
        }
        sd_bus_message_close_container(message);
    }
    sd_bus_message_close_container(message);
}

/* Something of any type. What sd-bus refuses is left out. */
static void append(sd_bus_message *message, struct recipe *recipe, int depth)
{
    static const char basics[] = "ybnqiuxtd";
    static const char *const contents[] = {"s", "b",    "v",  "(so)", "{sv}", "o",
                                           "u", "(uo)", "so", "as",   "a{sv}"};
    const char *inside = contents[next(recipe) % (sizeof contents / sizeof *contents)];
    switch (depth < MAX_DEPTH ? next(recipe) % 8 : 0) {
    case 0:
        append_number(message, recipe, basics[next(recipe) % (sizeof basics - 1)]);
        break;
    case 1:
        sd_bus_message_append_basic(message, 's', next_text(recipe));
        break;
    case 2:
        sd_bus_message_append_basic(message, 'o', next_text(recipe));
        break;
    case 3:
        append_inside(message, recipe, 'v', inside, depth);
        break;
    case 4:
        append_inside(message, recipe, 'a', inside, depth);
        break;
    case 5:
        append_inside(message, recipe, 'r', inside, depth);
        break;
    default:
        append_properties(message, recipe);
    }
}

/* Logind on a connection whose other end never answers. */
static struct scene {
    struct wts_bus bus;
    struct wts_sources sources;
    int peer;
    int age;
} scene;

static void end_scene(void)
{
    if (!scene.bus.connection)
        return;
    forget(&scene.sources.logind);
    wts_sd_bus.close_unref(scene.bus.connection);
    scene.bus.connection = NULL;
    close(scene.peer);
}

static void begin_scene(void)
{
    int pair[2];
    if (scene.bus.connection && scene.age++ < LIFE)
        return;
    end_scene();
    memset(&scene, 0, sizeof scene);
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
    scene.peer = pair[1];
    require(sd_bus_new(&scene.bus.connection) >= 0 &&
            sd_bus_set_fd(scene.bus.connection, pair[0], pair[0]) >= 0 &&
            sd_bus_start(scene.bus.connection) >= 0);
    wts_logind_user(&scene.sources.logind, &scene.bus);
}

static void deliver(struct wts_logind *logind, uint8_t to, sd_bus_message *message)
{
    static const sd_bus_message_handler_t handlers[] = {
        on_properties, on_properties_changed, on_session, on_display, on_user, on_manager, on_owner};
    const bool is_signal = to % 2;
    logind->step = (enum wts_logind_step)(to / 16 % WTS_LOGIND_NOWHERE);
    if (is_signal)
        wts_bus_forget(&logind->call);
    handlers[to / 2 % (sizeof handlers / sizeof *handlers)](message, logind, NULL);
}

static void fuzz_logind(const uint8_t *data, size_t length)
{
    struct recipe recipe = {data, length};
    begin_scene();
    while (recipe.left > 0) {
        sd_bus_message *message = NULL;
        const uint8_t to = next(&recipe);
        require(sd_bus_message_new_signal(scene.bus.connection, &message, "/p", "a.b", "M") >= 0);
        require(sd_bus_message_set_sender(message, to % 3 ? ":1.1" : "org.freedesktop.DBus") >= 0);
        if (to / 2 % 7 == 1)
            sd_bus_message_append_basic(message, 's', session_interface);
        for (int items = next(&recipe) % 4; items > 0; items--)
            append(message, &recipe, 0);
        if (sd_bus_message_seal(message, 1, 0) >= 0 && sd_bus_message_rewind(message, 1) >= 0)
            deliver(&scene.sources.logind, to, message);
        sd_bus_message_unref(message);
        require_state(&scene.sources);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    static bool is_loaded;
    if (!is_loaded)
        require(wts_sd_bus_load() == NULL);
    is_loaded = true;
    if (length == 0)
        return 0;
    if (data[0] == 0)
        fuzz_payload(data + 1, length - 1);
    else if (data[0] == 1)
        fuzz_output(data + 1, length - 1);
    else
        fuzz_logind(data + 1, length - 1);
    return 0;
}
