/*
 * The duty RPC; see duty.h. A worker blocks wherever Samba's library blocks.
 */
#include "core/error.h" /* before Samba, which has macros of the same names */
#include "helper/rpc/duty.h"

#include <malloc.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "helper/host/process.h"
#include "helper/host/worker.h"
#include "helper/rpc/address.h"
#include "helper/rpc/messages.h"
#include "helper/rpc/payload.h"
#include "helper/rpc/reached.h"
#include "helper/rpc/samba_compat.h"
#include "helper/rpc/samba_rpc.h"

enum { MAX_OPNUM = 0xFFFF, TEXT_SIZE = 512 };

static struct loadparm_context *settings;

static const char *start(void)
{
    return wts_rpc_start(&settings);
}

static bool check_open(struct wts_frame_reader *payload, struct wts_secret_place *secret)
{
    struct wts_rpc_open open;
    if (!wts_rpc_get_open(payload, &open))
        return false;
    *secret = (struct wts_secret_place){open.password_offset, open.password_length};
    return true;
}

static void fill_opened(struct wts_frame_writer *writer, const void *what)
{
    wts_rpc_put_opened(writer, what);
}

static void put_given_up(struct wts_frame_writer *writer, const struct wts_duty_marks *marks,
                         const char *reason)
{
    struct wts_rpc_opened opened = {.text = {reason, strlen(reason)}};
    for (size_t i = 0; i < WTS_CONNECT_STEP_COUNT; i++)
        opened.microseconds[i] = marks->values[i];
    wts_rpc_put_opened(writer, &opened);
}

/* The progress of a connect through its steps. */
struct journey {
    struct wts_duty_marks *marks;
    struct wts_frame_outcome outcome;
    struct wts_rpc_opened opened;
    int64_t began; /* when the current step began */
    enum wts_connect_step step;
    char text[TEXT_SIZE];
};

/* Ends the current step, done or failed, and begins the next one. */
static void next_step(struct journey *journey, enum wts_connect_step step)
{
    const int64_t now = wts_process_microseconds();
    if (journey->step != WTS_CONNECT_NONE) {
        const uint32_t taken = (uint32_t)(now - journey->began);
        journey->opened.microseconds[journey->step] = taken;
        journey->marks->values[journey->step] = taken;
    }
    journey->began = now;
    journey->step = step;
    if (step != WTS_CONNECT_NONE)
        journey->marks->step = (uint32_t)step;
}

static void fail(struct journey *journey, uint32_t error, enum wts_connect_step step, const char *words)
{
    next_step(journey, WTS_CONNECT_NONE);
    journey->outcome.error = error;
    journey->outcome.step = (uint32_t)step;
    snprintf(journey->text, sizeof journey->text, "%s", words);
}

/* The two steps before Samba; writes the address. */
static bool reach(struct journey *journey, const char *server, char *address)
{
    const char *const *ports = wts_samba_ports(settings);
    if (ports == NULL) {
        fail(journey, ERROR_NOT_ENOUGH_MEMORY, WTS_CONNECT_NAME, "no memory");
        return false;
    }
    struct addrinfo *list = NULL;
    next_step(journey, WTS_CONNECT_NAME);
    const char *why = wts_address_is_name(server) ? wts_address_find(server, &list) : "not a host name";
    if (why != NULL) {
        fail(journey, RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_NAME, why);
        return false;
    }
    next_step(journey, WTS_CONNECT_TCP);
    int connection = -1;
    const int failure = wts_address_reach(list, ports, address, &connection);
    freeaddrinfo(list);
    if (failure != 0)
        fail(journey, RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_TCP, strerror(failure));
    else
        wts_reached_keep(connection);
    return failure == 0;
}

/* Characters of a pipe's name that have no other meaning to a server. */
static bool is_pipe_name(const char *pipe)
{
    return *pipe &&
           strspn(pipe, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == strlen(pipe);
}

/* Adds Samba's messages, if any, to its status. */
static void add_messages(struct journey *journey)
{
    char said[WTS_MESSAGES_SIZE];
    const size_t used = strlen(journey->text);
    wts_messages_read(said, sizeof said);
    /* The end of the messages may be cut. */
    if (said[0] && snprintf(journey->text + used, sizeof journey->text - used, ": %s", said) < 0)
        journey->text[used] = 0;
}

/* Called when the parent wants the process to end while Samba waits for a server. */
static void leave_worker(void *worker)
{
    wts_worker_leave(worker);
}

static void log_on(struct journey *journey, struct wts_worker *worker, struct wts_rpc_target *target)
{
    static struct wts_rpc_leave leave;
    leave = (struct wts_rpc_leave){wts_worker_leave_descriptor(worker), leave_worker, worker};
    next_step(journey, WTS_CONNECT_LOGON);
    const struct wts_rpc_outcome outcome = wts_rpc_connect(settings, target, &leave);
    journey->outcome.status = outcome.status;
    if (outcome.error == 0) {
        next_step(journey, WTS_CONNECT_NONE);
        snprintf(journey->text, sizeof journey->text, "%s at %s", wts_rpc_logon(), target->address);
        return;
    }
    fail(journey, outcome.error, outcome.step, outcome.text);
    add_messages(journey);
}

/* Copies a text. If memory is exhausted the process ends, and the parent answers. */
static char *copy(struct wts_frame_text text)
{
    char *made = text.data != NULL ? strndup(text.data, text.length) : NULL;
    if (made == NULL)
        abort();
    return made;
}

static char *copy_if_present(struct wts_frame_text text)
{
    return text.data != NULL ? copy(text) : NULL;
}

static void travel(struct journey *journey, struct wts_worker *worker, struct wts_rpc_target *target,
                   size_t password_length)
{
    static char address[WTS_ADDRESS_SIZE];
    if (!is_pipe_name(target->pipe))
        fail(journey, RPC_S_SERVER_UNAVAILABLE, WTS_CONNECT_PIPE, "not a pipe name");
    else if (strlen(target->password) != password_length)
        fail(journey, ERROR_LOGON_FAILURE, WTS_CONNECT_LOGON, "the password contains a NUL");
    else if (reach(journey, target->server, address)) {
        target->address = address;
        log_on(journey, worker, target);
    }
    explicit_bzero(target->password, password_length);
}

static void open_connection(struct wts_worker *worker, struct wts_frame_reader payload, char *secret,
                            size_t length)
{
    static struct journey journey;
    struct wts_rpc_open open;
    if (!wts_rpc_get_open(&payload, &open))
        abort(); /* the parent has checked it */
    /* Its texts live as long as the process. */
    static struct wts_rpc_target target;
    target = (struct wts_rpc_target){.server = copy(open.server),
                                     .uuid = copy(open.uuid),
                                     .version_major = open.version_major,
                                     .version_minor = open.version_minor,
                                     .pipe = copy(open.pipe),
                                     .domain = copy_if_present(open.domain),
                                     .user = copy_if_present(open.user),
                                     .password = secret};
    journey.marks = wts_worker_marks(worker);
    travel(&journey, worker, &target, length);
    journey.opened.text = (struct wts_frame_text){journey.text, strlen(journey.text)};
    wts_worker_opened(worker, &journey.outcome, fill_opened, &journey.opened);
    /* Returns the log-on's memory to the system, because an idle connection would keep it. */
    malloc_trim(0);
}

static void fill_reply(struct wts_frame_writer *writer, const void *what)
{
    wts_rpc_put_reply(writer, what);
}

static void call(struct wts_worker *worker, uint32_t verb, struct wts_frame_reader payload)
{
    struct wts_rpc_result result = {.outcome = {.error = RPC_S_PROCNUM_OUT_OF_RANGE,
                                                .progress = WTS_NOT_EXECUTED,
                                                .step = WTS_CONNECT_CALL}};
    if (verb <= MAX_OPNUM)
        wts_rpc_call((uint16_t)verb, payload.data, payload.left, &result);
    wts_worker_reply(worker, &result.outcome, result.is_broken, fill_reply, &result.reply);
}

static void goodbye(struct wts_worker *worker)
{
    (void)worker;
    wts_rpc_goodbye();
}

/* Where Samba's library looks for the user's tickets and settings. */
static const char *const variables[] = {"HOME", "KRB5CCNAME", "KRB5_CONFIG", NULL};

const struct wts_duty wts_rpc_duty = {
    .number = WTS_RPC_DUTY,
    .variables = variables,
    .open_lost = RPC_S_SERVER_UNAVAILABLE,
    .request_late = RPC_S_CALL_CANCELLED,
    .request_lost = RPC_S_CALL_FAILED,
    .start = start,
    .check_open = check_open,
    .put_given_up = put_given_up,
    .open = open_connection,
    .request = call,
    .goodbye = goodbye,
};

_Static_assert((int)WTS_CONNECT_STEP_COUNT <= (int)WTS_DUTY_MARKS, "a mark for each step");
