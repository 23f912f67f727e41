/*
 * The settings of an account of another machine: a chain of SAMR handles on one connection, which is closed
 * with the call. docs/wire.md#samr-chain, docs/wire.md#samr-errors. Every handle that was opened is closed,
 * whatever failed; only where the connection is lost the server's rundown does it. Portable.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/user_config.h"
#include "remote/call.h"
#include "remote/remote.h"
#include "remote/samr/samr.h"
#include "remote/samr/user_parameters.h"

enum {
    ARENA_LIMIT = 256 * 1024, /* bytes of all answers of a chain, decoded */
    MAX_HANDLES = 3,          /* the server, the domain, the user */
    CLOSE_TIMEOUT_MS = 2000   /* for closing all of them */
};

struct chain {
    struct wts_operation operation;
    struct wts_link *link;
    struct wts_ndr_arena arena;
    struct wts_context_handle handles[MAX_HANDLES];
    unsigned handle_count;
    bool is_broken;
};

/* Performs one procedure with the newest handle. */
static uint32_t perform(struct chain *chain, const struct wts_procedure *procedure, const void *arguments,
                        void *answer)
{
    const struct wts_context_handle *newest =
        chain->handle_count > 0 ? &chain->handles[chain->handle_count - 1] : NULL;
    const struct wts_call_result result =
        wts_link_call(&chain->operation.remote->pool, chain->link, procedure, newest, arguments,
                      chain->operation.deadline.end_ms, &chain->arena, answer);
    chain->is_broken = result.broken;
    return wts_call_settle(&chain->operation, &result);
}

/* The same for a procedure that opens a handle, which becomes the newest. */
static uint32_t open_handle(struct chain *chain, const struct wts_procedure *procedure, const void *arguments)
{
    struct wts_samr_result answer;
    const uint32_t error = perform(chain, procedure, arguments, &answer);
    if (error == ERROR_SUCCESS)
        chain->handles[chain->handle_count++] = answer.context;
    return error;
}

static uint32_t open_server(struct chain *chain)
{
    const uint16_t *name = chain->operation.remote->name;
    uint16_t full[2 + WTS_SERVER_NAME_CAPACITY] = {'\\', '\\'};
    memcpy(full + 2, name, WTS_SERVER_NAME_CAPACITY * sizeof *name);
    return open_handle(chain, &wts_samr_connect, full);
}

/* S-1-5-32, the domain that every server has beside the one of its accounts. */
static bool is_builtin(const struct wts_samr_sid *sid)
{
    static const uint8_t builtin[] = {1, 1, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0};
    return sid->length == sizeof builtin && memcmp(sid->bytes, builtin, sizeof builtin) == 0;
}

/* The SID of the account domain `name`. The server compares names; it knows its own domains only. */
static uint32_t look_up_domain(struct chain *chain, const struct wts_text *name, struct wts_samr_sid *sid)
{
    struct wts_samr_domain domain;
    const uint32_t error = perform(chain, &wts_samr_lookup_domain, name, &domain);
    if (error != ERROR_SUCCESS)
        return error;
    *sid = domain.sid;
    return is_builtin(sid) ? ERROR_NO_SUCH_DOMAIN : ERROR_SUCCESS;
}

/* The account domain, whose name nobody gave. */
static uint32_t find_domain(struct chain *chain, struct wts_samr_sid *sid)
{
    struct wts_samr_domains domains;
    uint32_t error = perform(chain, &wts_samr_enumerate_domains, NULL, &domains);
    if (error != ERROR_SUCCESS)
        return error;
    error = ERROR_NO_SUCH_DOMAIN;
    for (uint32_t i = 0; i < domains.count && error == ERROR_NO_SUCH_DOMAIN; i++)
        error = look_up_domain(chain, &domains.names[i], sid);
    return error;
}

/* Splits "X\user"; no domain is absent. */
static void split(const uint16_t *full, struct wts_text *domain, struct wts_text *user)
{
    *user = wts_text_of(full);
    *domain = (struct wts_text){0};
    for (uint32_t i = 0; i < user->count; i++) {
        if (full[i] != '\\')
            continue;
        *domain = (struct wts_text){full, i};
        *user = (struct wts_text){full + i + 1, user->count - i - 1};
        return;
    }
}

static uint32_t open_domain(struct chain *chain, const struct wts_text *name)
{
    struct wts_samr_sid sid;
    const uint32_t error = name->units != NULL ? look_up_domain(chain, name, &sid) : find_domain(chain, &sid);
    return error != ERROR_SUCCESS ? error : open_handle(chain, &wts_samr_open_domain, &sid);
}

/* `error` of a step that looks for the user, as the network functions report it. */
static uint32_t user_error(const struct chain *chain, uint32_t error)
{
    const bool is_unknown = error == ERROR_NONE_MAPPED || error == ERROR_NO_SUCH_USER;
    return is_unknown && wts_operation_was_refused(&chain->operation, error) ? NERR_UserNotFound : error;
}

static uint32_t look_up_user(struct chain *chain, const struct wts_text *name, uint32_t *relative_id)
{
    struct wts_samr_name found;
    const uint32_t error = perform(chain, &wts_samr_lookup_name, name, &found);
    if (error != ERROR_SUCCESS)
        return user_error(chain, error);
    *relative_id = found.relative_id;
    return found.use == WTS_SAMR_USE_USER ? ERROR_SUCCESS : NERR_UserNotFound;
}

/*
 * Opens the account with `access`. To read it, a second try takes whatever is allowed: a domain controller
 * may refuse the right and still show this attribute. To write, it does not: who may not read what is there
 * would overwrite it. docs/wire.md#samr-chain
 */
static uint32_t open_user(struct chain *chain, uint32_t relative_id, bool writes)
{
    struct wts_samr_user user = {.access = WTS_SAMR_USER_READ_ACCOUNT, .relative_id = relative_id};
    if (writes)
        user.access |= WTS_SAMR_USER_WRITE_ACCOUNT;
    uint32_t error = open_handle(chain, &wts_samr_open_user, &user);
    if (!writes && error == ERROR_ACCESS_DENIED && wts_operation_was_refused(&chain->operation, error)) {
        user.access = WTS_SAMR_MAXIMUM_ALLOWED;
        error = open_handle(chain, &wts_samr_open_user, &user);
    }
    return user_error(chain, error);
}

/* All of the way to the account. */
static uint32_t open_account(struct chain *chain, const uint16_t *name, bool writes)
{
    struct wts_text domain;
    struct wts_text user;
    uint32_t relative_id;
    split(name, &domain, &user);
    uint32_t error = open_server(chain);
    if (error == ERROR_SUCCESS)
        error = open_domain(chain, &domain);
    if (error == ERROR_SUCCESS)
        error = look_up_user(chain, &user, &relative_id);
    return error != ERROR_SUCCESS ? error : open_user(chain, relative_id, writes);
}

static uint32_t read_account(struct chain *chain, struct wts_user_config *config)
{
    struct wts_samr_parameters parameters;
    const uint32_t error = perform(chain, &wts_samr_query_user, NULL, &parameters);
    return error != ERROR_SUCCESS ? error
                                  : wts_user_parameters_read(parameters.bytes, parameters.length, config);
}

/* Reads, changes and writes, with nothing in between: another writer's change would be lost. */
static uint32_t change_account(struct chain *chain, const struct wts_user_config *config, uint32_t settings)
{
    struct wts_samr_parameters parameters;
    struct wts_samr_result answer;
    uint8_t *changed;
    size_t length;
    uint32_t error = perform(chain, &wts_samr_query_user, NULL, &parameters);
    if (error == ERROR_SUCCESS)
        error = wts_user_parameters_change(parameters.bytes, parameters.length, config, settings, &changed,
                                           &length);
    if (error != ERROR_SUCCESS)
        return error;
    const struct wts_samr_value value = {changed, (uint32_t)length};
    error = perform(chain, &wts_samr_set_user, &value, &answer);
    free(changed);
    return error;
}

/*
 * Closes every handle, the newest first. A close that fails does not keep the others open, but a lost
 * connection does: the server's rundown closes them then. A silent server is waited for once.
 */
static void close_handles(struct chain *chain)
{
    const struct wts_pool *pool = &chain->operation.remote->pool;
    const uint64_t limit_ms = wts_deadline_after(CLOSE_TIMEOUT_MS);
    const uint64_t end_ms = chain->operation.deadline.end_ms;
    while (chain->handle_count > 0 && !chain->is_broken) {
        struct wts_samr_result answer;
        chain->is_broken =
            wts_link_call(pool, chain->link, &wts_samr_close, &chain->handles[--chain->handle_count], NULL,
                          end_ms < limit_ms ? end_ms : limit_ms, NULL, &answer)
                .broken;
    }
}

/* Reads into `read`, or, where that is NULL, writes `settings` of `config`. */
static uint32_t work(struct wts_server *server, const uint16_t *user, struct wts_user_config *read,
                     const struct wts_user_config *config, uint32_t settings)
{
    struct chain chain = {.operation = wts_operation_begin(server)};
    struct wts_pool *pool = &chain.operation.remote->pool;
    const struct wts_call_result taken =
        wts_pool_take(pool, &wts_interface_samr, WTS_POOL_NEW, NULL, &chain.operation.deadline, &chain.link);
    if (taken.error != ERROR_SUCCESS)
        return wts_call_settle(&chain.operation, &taken);
    wts_ndr_arena_init(&chain.arena, ARENA_LIMIT);
    uint32_t error = open_account(&chain, user, read == NULL);
    if (error == ERROR_SUCCESS)
        error = read != NULL ? read_account(&chain, read) : change_account(&chain, config, settings);
    close_handles(&chain);
    wts_ndr_arena_free(&chain.arena);
    wts_pool_drop(pool, chain.link);
    return error;
}

uint32_t wts_remote_query_user_config(const uint16_t *server_name, const uint16_t *user,
                                      struct wts_user_config *config)
{
    struct wts_server *server;
    uint32_t error = wts_remote_open(server_name, &server);
    if (error != ERROR_SUCCESS)
        return error;
    error = work(server, user, config, NULL, 0);
    server->backend->destroy(server);
    return error;
}

uint32_t wts_remote_change_user_config(const uint16_t *server_name, const uint16_t *user,
                                       const struct wts_user_config *config, uint32_t settings)
{
    struct wts_server *server;
    uint32_t error = wts_remote_open(server_name, &server);
    if (error != ERROR_SUCCESS)
        return error;
    error = work(server, user, NULL, config, settings);
    server->backend->destroy(server);
    return error;
}
