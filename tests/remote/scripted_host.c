/*
 * The scripted session host; see scripted_host.h.
 */
#include "scripted_host.h"

#include <pthread.h>
#include <stdatomic.h>

#include "core/error.h"
#include "limit.h"
#include "platform_double.h"
#include "remote/tsts/enumeration.h"
#include "remote/tsts/legacy.h"
#include "remote/tsts/notification.h"
#include "remote/tsts/session.h"

enum { MAX_ANSWERS = 64, MAX_CONNECTIONS = 4096, MAX_INTERFACES = 8, MAX_OPNUMS = 128 };

static const uint16_t name[] = {'r', 'd', 's', 'h', 0};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct scripted_answer answers[MAX_ANSWERS];
    unsigned answer_count;
    const struct wts_interface *connected[MAX_CONNECTIONS];
    bool is_cancelled[MAX_CONNECTIONS];
    unsigned connects, closed, contexts_opened, contexts_closed, blocked;
    bool is_released;
    unsigned releases;
    const struct wts_interface *interfaces[MAX_INTERFACES];
    struct wts_call_result connects_to[MAX_INTERFACES]; /* error 0: as to the others */
    struct wts_call_result connect;
    bool connect_blocks;
    uint32_t connect_takes_ms, call_takes_ms; /* SILENT: no answer comes */
    struct scripted_request requests[MAX_INTERFACES][MAX_OPNUMS];
} host;

static uint8_t stub_bytes[8U << 20]; /* 0x8000 processes */
static struct wts_ndr_writer stub_writer;

/* Atomic: several threads allocate in some tests. */
static atomic_int allocations_left = -1;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

static bool is_out_of_memory(void)
{
    int left = atomic_load(&allocations_left);
    if (left > 0)
        atomic_fetch_sub(&allocations_left, 1);
    return left == 0;
}

void *__wrap_malloc(size_t size)
{
    return is_out_of_memory() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_out_of_memory() ? NULL : __real_calloc(count, size);
}

void scripted_allocations_until_failure(int count)
{
    atomic_store(&allocations_left, count);
}

/* Under the lock. */
static unsigned index_of(const struct wts_interface *interface)
{
    unsigned i = 0;
    while (host.interfaces[i] != NULL && host.interfaces[i] != interface)
        i++;
    assert_true(i < MAX_INTERFACES - 1);
    host.interfaces[i] = interface;
    return i;
}

/* Under the lock. False: cancelled. */
static bool block(uint32_t number)
{
    host.blocked++;
    pthread_cond_broadcast(&host.changed);
    while (!host.is_released && host.releases == 0 && !host.is_cancelled[number])
        pthread_cond_wait(&host.changed, &host.lock);
    if (host.releases > 0 && !host.is_cancelled[number])
        host.releases--;
    host.blocked--;
    return !host.is_cancelled[number];
}

/* Lets the time pass that something takes. False: its deadline came first. */
static bool passes(uint32_t takes_ms, uint64_t deadline_ms)
{
    const uint64_t end_ms = wts_deadline_after(takes_ms);
    if (takes_ms == 0)
        return true;
    assert_true(deadline_ms != WTS_NEVER); /* what waits for ever must not be silent */
    wts_clock_advance_to(end_ms < deadline_ms ? end_ms : deadline_ms);
    return end_ms < deadline_ms;
}

static struct wts_call_result host_connect(const uint16_t *server, const struct wts_interface *interface,
                                           uint32_t number, uint64_t deadline_ms)
{
    assert_memory_equal(server, name, sizeof name);
    pthread_mutex_lock(&host.lock);
    assert_true(number < MAX_CONNECTIONS);
    host.connected[number] = interface;
    const struct wts_call_result own = host.connects_to[index_of(interface)];
    struct wts_call_result result = own.error != 0 ? own : host.connect;
    host.connects++;
    pthread_cond_broadcast(&host.changed);
    if (host.connect_blocks && !block(number))
        result = (struct wts_call_result){.error = RPC_S_CALL_FAILED, .broken = true};
    else if (!passes(host.connect_takes_ms, deadline_ms))
        result = (struct wts_call_result){.error = RPC_S_SERVER_UNAVAILABLE, .broken = true};
    pthread_mutex_unlock(&host.lock);
    return result;
}

/* Contexts name their connection: one that comes over another connection is a mistake of the client's. */
static void put_context(struct wts_ndr_writer *writer, uint32_t number)
{
    struct wts_context_handle context = {{0}};
    memcpy(context.bytes + 4, &number, sizeof number);
    wts_ndr_put_context(writer, &context);
}

static bool opens(const struct wts_interface *interface, uint16_t opnum)
{
    if (interface == &wts_interface_notification)
        return opnum == WTS_LSM_REGISTER_ASYNC_NOTIFICATION;
    return opnum == 0 && (interface == &wts_interface_legacy || interface == &wts_interface_session ||
                          interface == &wts_interface_enumeration);
}

static bool closes(const struct wts_interface *interface, uint16_t opnum)
{
    return (interface == &wts_interface_legacy && opnum == WTS_LEGACY_CLOSE_SERVER_EX) ||
           (interface == &wts_interface_session && opnum == WTS_LSM_CLOSE_SESSION) ||
           (interface == &wts_interface_enumeration && opnum == WTS_LSM_CLOSE_ENUM) ||
           (interface == &wts_interface_notification && opnum == WTS_LSM_UNREGISTER_ASYNC_NOTIFICATION);
}

static bool takes_context(const struct wts_interface *interface, uint16_t opnum)
{
    if (opens(interface, opnum) || interface == &wts_interface_rcm_public ||
        interface == &wts_interface_tsvip)
        return false;
    if (interface == &wts_interface_notification)
        return opnum > WTS_LSM_REGISTER_ASYNC_NOTIFICATION;
    if (interface == &wts_interface_session)
        return opnum < WTS_LSM_GET_SESSION_INFORMATION;
    return interface == &wts_interface_legacy || opnum < WTS_LSM_GET_ALL_SESSIONS;
}

static struct wts_call_result respond(struct wts_response *response, const uint8_t *stub, size_t length)
{
    response->data = __real_malloc(length + 1);
    memcpy(response->data, stub, length);
    response->length = length;
    return (struct wts_call_result){.error = 0, .progress = WTS_EXECUTED, .is_answer = true};
}

static struct wts_call_result answer_usually(const struct wts_interface *interface, uint16_t opnum,
                                             uint32_t number, struct wts_response *response)
{
    uint8_t bytes[32];
    struct wts_ndr_writer writer;
    wts_ndr_writer_init(&writer, bytes, sizeof bytes);
    const bool is_legacy = interface == &wts_interface_legacy;
    if (!opens(interface, opnum) && !closes(interface, opnum))
        return (struct wts_call_result){
            .error = RPC_S_PROCNUM_OUT_OF_RANGE, .progress = WTS_NOT_EXECUTED, .is_answer = true};
    if (is_legacy && opens(interface, opnum))
        wts_ndr_put_u32(&writer, 0);
    put_context(&writer, opens(interface, opnum) ? number : 0);
    if (!is_legacy || closes(interface, opnum))
        wts_ndr_put_u32(&writer, 0);
    if (is_legacy)
        wts_ndr_put_u8(&writer, 1);
    if (opens(interface, opnum))
        host.contexts_opened++;
    else
        host.contexts_closed++;
    return respond(response, bytes, writer.length);
}

struct scripted_answer *scripted_find(const struct wts_interface *interface, uint16_t opnum)
{
    for (unsigned i = host.answer_count; i-- > 0;) {
        struct scripted_answer *answer = &host.answers[i];
        if (answer->interface == interface && answer->opnum == opnum && !answer->is_spent)
            return answer;
    }
    return NULL;
}

static void note(const struct wts_interface *interface, uint16_t opnum, uint32_t number,
                 const uint8_t *request, size_t length, uint64_t deadline_ms)
{
    assert_true(opnum < MAX_OPNUMS);
    struct scripted_request *seen = &host.requests[index_of(interface)][opnum];
    seen->count++;
    seen->connection = number;
    seen->left_ms = wts_deadline_left(deadline_ms);
    seen->length = length;
    memcpy(seen->bytes, request, length < sizeof seen->bytes ? length : sizeof seen->bytes);
    if (takes_context(interface, opnum)) {
        uint32_t owner;
        assert_true(length >= 20);
        memcpy(&owner, request + 4, sizeof owner);
        assert_int_equal(owner, number);
    }
}

static struct wts_call_result host_call(uint32_t number, uint16_t opnum, const uint8_t *request,
                                        size_t length, struct wts_response *response, uint64_t deadline_ms)
{
    struct wts_call_result result;
    pthread_mutex_lock(&host.lock);
    const struct wts_interface *interface = host.connected[number];
    note(interface, opnum, number, request, length, deadline_ms);
    struct scripted_answer *answer = scripted_find(interface, opnum);
    if (answer != NULL && answer->uses > 0 && --answer->uses == 0)
        answer->is_spent = true;
    if (answer != NULL && answer->hook != NULL) {
        pthread_mutex_unlock(&host.lock);
        answer->hook(answer->hook_argument);
        pthread_mutex_lock(&host.lock);
    }
    if (answer != NULL && answer->blocks && !block(number))
        result = (struct wts_call_result){
            .error = RPC_S_CALL_FAILED, .progress = WTS_MAYBE_EXECUTED, .broken = true};
    else if (!passes(answer != NULL && answer->takes_ms != 0 ? answer->takes_ms : host.call_takes_ms,
                     deadline_ms))
        result = (struct wts_call_result){
            .error = RPC_S_CALL_CANCELLED, .progress = WTS_MAYBE_EXECUTED, .broken = true};
    else if (answer == NULL || (answer->result.error == 0 && answer->stub == NULL))
        result = answer_usually(interface, opnum, number, response);
    else if (answer->result.error != 0)
        result = answer->result;
    else
        result = respond(response, answer->stub, answer->length - answer->cut);
    pthread_mutex_unlock(&host.lock);
    return result;
}

static void host_cancel(uint32_t number)
{
    pthread_mutex_lock(&host.lock);
    host.is_cancelled[number] = true;
    pthread_cond_broadcast(&host.changed);
    pthread_mutex_unlock(&host.lock);
}

static void host_closed(uint32_t number)
{
    (void)number;
    pthread_mutex_lock(&host.lock);
    host.closed++;
    pthread_mutex_unlock(&host.lock);
}

static const struct wts_script script = {host_connect, host_call, host_cancel, host_closed};

int scripted_begin(void **state)
{
    (void)state;
    limit_begin();
    memset(&host, 0, sizeof host);
    pthread_mutex_init(&host.lock, NULL);
    pthread_cond_init(&host.changed, NULL);
    wts_script_play(&script);
    return 0;
}

int scripted_end(void **state)
{
    (void)state;
    limit_end();
    scripted_allocations_until_failure(-1);
    wts_clock_stop(0);
    for (unsigned i = 0; i < host.answer_count; i++)
        free(host.answers[i].stub);
    host.answer_count = 0;
    return scripted_open_connections() == 0 ? 0 : -1;
}

void scripted_stop_clock(void)
{
    wts_clock_stop(1000000);
}

struct wts_server *scripted_open(void)
{
    struct wts_server *server = NULL;
    assert_int_equal(wts_remote_open(name, &server), 0);
    return server;
}

void scripted_close(struct wts_server *server)
{
    server->backend->cancel(server);
    server->backend->destroy(server);
    assert_int_equal(scripted_open_connections(), 0);
}

struct scripted_answer *scripted_on(const struct wts_interface *interface, uint16_t opnum)
{
    assert_true(host.answer_count < MAX_ANSWERS);
    struct scripted_answer *answer = &host.answers[host.answer_count++];
    *answer = (struct scripted_answer){
        .interface = interface, .opnum = opnum, .result = {0, WTS_EXECUTED, false, true}};
    return answer;
}

void scripted_fails(const struct wts_interface *interface, uint16_t opnum, uint32_t error,
                    enum wts_progress progress, bool broken)
{
    scripted_on(interface, opnum)->result = (struct wts_call_result){
        .error = error, .progress = progress, .broken = broken, .is_answer = !broken};
}

struct scripted_answer *scripted_fails_once(const struct wts_interface *interface, uint16_t opnum,
                                            uint32_t error, enum wts_progress progress, bool broken)
{
    struct scripted_answer *answer = scripted_on(interface, opnum);
    answer->result = (struct wts_call_result){
        .error = error, .progress = progress, .broken = broken, .is_answer = !broken};
    answer->uses = 1;
    return answer;
}

void scripted_connect_error(const struct wts_interface *interface, uint32_t error)
{
    const struct wts_call_result result = {.error = error, .broken = error != 0};
    if (interface == NULL)
        host.connect = result;
    else
        host.connects_to[index_of(interface)] = result;
}

void scripted_connect_ends(struct wts_call_result result)
{
    host.connect = result;
}

void scripted_connect_refused(const struct wts_interface *interface, uint32_t error)
{
    host.connects_to[index_of(interface)] =
        (struct wts_call_result){.error = error, .broken = true, .is_answer = true};
}

void scripted_connect_blocks(bool blocks)
{
    pthread_mutex_lock(&host.lock);
    host.connect_blocks = blocks;
    pthread_mutex_unlock(&host.lock);
}

void scripted_takes(uint32_t connect_ms, uint32_t call_ms)
{
    host.connect_takes_ms = connect_ms;
    host.call_takes_ms = call_ms;
}

unsigned scripted_request_count(void)
{
    unsigned count = 0;
    pthread_mutex_lock(&host.lock);
    for (unsigned i = 0; i < MAX_INTERFACES; i++) {
        for (unsigned opnum = 0; opnum < MAX_OPNUMS; opnum++)
            count += host.requests[i][opnum].count;
    }
    pthread_mutex_unlock(&host.lock);
    return count;
}

struct wts_ndr_writer *scripted_stub(void)
{
    wts_ndr_writer_init(&stub_writer, stub_bytes, sizeof stub_bytes);
    return &stub_writer;
}

struct scripted_answer *scripted_answers(const struct wts_interface *interface, uint16_t opnum)
{
    assert_true(wts_ndr_writer_ok(&stub_writer));
    struct scripted_answer *answer = scripted_on(interface, opnum);
    answer->length = stub_writer.length;
    answer->stub = __real_malloc(answer->length + 1);
    memcpy(answer->stub, stub_bytes, answer->length);
    return answer;
}

void scripted_hresult(const struct wts_interface *interface, uint16_t opnum, uint32_t hresult)
{
    wts_ndr_put_u32(scripted_stub(), hresult);
    scripted_answers(interface, opnum);
}

void scripted_put_array(struct wts_ndr_writer *writer, const char *text, size_t room)
{
    const size_t count = strlen(text);
    assert_true(count <= room);
    for (size_t i = 0; i < room; i++)
        wts_ndr_put_u16(writer, i < count ? (uint8_t)text[i] : 0);
}

void scripted_put_string(struct wts_ndr_writer *writer, const char *text)
{
    uint16_t units[256] = {0};
    assert_true(strlen(text) < 256);
    for (size_t i = 0; text[i] != '\0'; i++)
        units[i] = (uint8_t)text[i];
    wts_ndr_put_string(writer, units);
}

const struct scripted_request *scripted_request(const struct wts_interface *interface, uint16_t opnum)
{
    return &host.requests[index_of(interface)][opnum];
}

unsigned scripted_count(const struct wts_interface *interface, uint16_t opnum)
{
    pthread_mutex_lock(&host.lock);
    const unsigned count = scripted_request(interface, opnum)->count;
    pthread_mutex_unlock(&host.lock);
    return count;
}

unsigned scripted_connects(const struct wts_interface *interface)
{
    unsigned count = 0;
    for (unsigned i = 1; i <= host.connects; i++)
        count += interface == NULL || host.connected[i] == interface;
    return count;
}

void scripted_wait_for_connects(unsigned count)
{
    pthread_mutex_lock(&host.lock);
    limit_waits_for("connections to the host");
    while (host.connects < count)
        pthread_cond_wait(&host.changed, &host.lock);
    limit_waits_for(NULL);
    pthread_mutex_unlock(&host.lock);
}

unsigned scripted_open_connections(void)
{
    return host.connects - host.closed;
}

unsigned scripted_open_contexts(void)
{
    return host.contexts_opened - host.contexts_closed;
}

void scripted_join_threads(void)
{
    limit_waits_for("the end of the threads of the client");
    wts_threads_join();
    limit_waits_for(NULL);
}

void scripted_release(void)
{
    pthread_mutex_lock(&host.lock);
    host.is_released = true;
    pthread_cond_broadcast(&host.changed);
    pthread_mutex_unlock(&host.lock);
}

void scripted_release_one(void)
{
    pthread_mutex_lock(&host.lock);
    host.releases++;
    pthread_cond_broadcast(&host.changed);
    pthread_mutex_unlock(&host.lock);
}

void scripted_wait_for_blocked(unsigned count)
{
    pthread_mutex_lock(&host.lock);
    limit_waits_for("calls that the host holds");
    while (host.blocked < count)
        pthread_cond_wait(&host.changed, &host.lock);
    limit_waits_for(NULL);
    pthread_mutex_unlock(&host.lock);
}

void assert_text(struct wts_text text, const char *expected)
{
    if (expected == NULL) {
        assert_null(text.units);
        return;
    }
    assert_non_null(text.units);
    assert_int_equal(text.count, strlen(expected));
    for (uint32_t i = 0; i < text.count; i++)
        assert_int_equal(text.units[i], (uint8_t)expected[i]);
}
