/*
 * Procedures of SAMR; see samr.h.
 */
#include "remote/samr/samr.h"

#include "core/error.h"

enum {
    SERVER_ACCESS = 0x30,  /* SAM_SERVER_LOOKUP_DOMAIN, SAM_SERVER_ENUMERATE_DOMAINS */
    DOMAIN_ACCESS = 0x200, /* DOMAIN_LOOKUP */
    PREFERRED_LENGTH = 0xFFFF,
    MAX_NAMES = 1000, /* as the interface definition declares */
    USER_PARAMETERS = 20,
    DOMAIN_HEAD_LENGTH = 12, /* minimum length of an entry: an id and the head of a text */
    SID_HEAD_LENGTH = 8,
    MAX_SUB_AUTHORITIES = 15
};

const struct wts_interface wts_interface_samr = {
    .name = "SAMR",
    .uuid = "12345778-1234-abcd-ef00-0123456789ac",
    .version_major = 1,
    .pipe = "samr",
};

static bool has_failed(uint32_t status)
{
    return status >= 0x80000000U;
}

static uint32_t outcome(const void *answer)
{
    const struct wts_samr_result *result = answer;
    return has_failed(result->status) ? wts_error_from_status(result->status) : ERROR_SUCCESS;
}

/* docs/wire.md#samr-text. In every request it is at a multiple of four. */
static void put_text_head(struct wts_ndr_writer *writer, uint32_t length)
{
    wts_ndr_put_u16(writer, (uint16_t)length);
    wts_ndr_put_u16(writer, (uint16_t)length);
    wts_ndr_put_pointer(writer, true);
}

static void put_text(struct wts_ndr_writer *writer, const struct wts_text *text)
{
    put_text_head(writer, text->count * 2);
    wts_ndr_put_varying_array(writer, text->count, text->count);
    wts_ndr_put_utf16(writer, text->units, text->count);
}

/* The head of a text, which describes its body. */
struct text_head {
    uint16_t length; /* bytes */
    bool has_body;
};

static struct text_head get_text_head(struct wts_ndr_reader *reader)
{
    struct text_head head;
    wts_ndr_align(reader, 4);
    head.length = wts_ndr_get_u16(reader);
    wts_ndr_get_u16(reader); /* MaximumLength */
    head.has_body = wts_ndr_get_pointer(reader);
    if (!head.has_body && head.length != 0)
        wts_ndr_reader_reject(reader);
    return head;
}

/* The number of units that follow. */
static uint32_t get_text_count(struct wts_ndr_reader *reader, const struct text_head *head)
{
    const uint32_t count = wts_ndr_get_varying_array(reader, 2, NULL);
    if (count * 2 != head->length)
        wts_ndr_reader_reject(reader);
    return count;
}

static void get_status(struct wts_ndr_reader *reader, struct wts_samr_result *result)
{
    result->status = wts_ndr_get_u32(reader);
}

/* Reads a response of a handle and a status: a new handle, or a null one from a close. */
static void get_handle(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_samr_result *result = answer;
    (void)arena;
    wts_ndr_get_context(reader, &result->context);
    get_status(reader, result);
}

static void get_result(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    (void)arena;
    get_status(reader, answer);
}

static void put_connect(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                        const void *arguments)
{
    (void)context;
    wts_ndr_put_pointer(writer, true);
    wts_ndr_put_string(writer, arguments);
    wts_ndr_put_u32(writer, SERVER_ACCESS);
    wts_ndr_put_u32(writer, 1); /* InVersion, and the arm of the union */
    wts_ndr_put_u32(writer, 1);
    wts_ndr_put_u32(writer, 3); /* Revision of a client that knows SamrConnect5 */
    wts_ndr_put_u32(writer, 0); /* SupportedFeatures */
}

static void get_connect(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    for (unsigned i = 0; i < 4; i++)
        wts_ndr_get_u32(reader); /* OutVersion, its arm, Revision, SupportedFeatures */
    get_handle(reader, arena, answer);
}

static void put_enumerate(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                          const void *arguments)
{
    (void)arguments;
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u32(writer, 0); /* EnumerationContext: from the beginning */
    wts_ndr_put_u32(writer, PREFERRED_LENGTH);
}

static void get_domain_names(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena,
                             struct wts_samr_domains *domains)
{
    const uint32_t count = wts_ndr_get_array(reader, DOMAIN_HEAD_LENGTH);
    struct wts_text *names = wts_ndr_get_room(reader, arena, count, sizeof *names);
    struct text_head *heads = wts_ndr_get_room(reader, arena, count, sizeof *heads);
    for (uint32_t i = 0; heads != NULL && i < count; i++) {
        wts_ndr_get_u32(reader); /* RelativeId */
        heads[i] = get_text_head(reader);
    }
    for (uint32_t i = 0; heads != NULL && reader->status == WTS_NDR_OK && i < count; i++) {
        if (!heads[i].has_body)
            continue;
        const uint32_t unit_count = get_text_count(reader, &heads[i]);
        names[i] = (struct wts_text){wts_ndr_get_utf16(reader, arena, unit_count), unit_count};
    }
    domains->count = count;
    domains->names = names;
}

static void get_enumerate(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_samr_domains *domains = answer;
    uint32_t entries_read = 0;
    wts_ndr_get_u32(reader); /* EnumerationContext */
    if (wts_ndr_get_pointer(reader)) {
        entries_read = wts_ndr_get_u32(reader);
        if (wts_ndr_get_pointer(reader))
            get_domain_names(reader, arena, domains);
    }
    wts_ndr_get_u32(reader); /* CountReturned */
    get_status(reader, &domains->end);
    if (entries_read != domains->count)
        wts_ndr_reader_reject(reader);
}

static void put_name(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                     const void *arguments)
{
    wts_ndr_put_context(writer, context);
    put_text(writer, arguments);
}

static void get_domain(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_samr_domain *domain = answer;
    if (wts_ndr_get_pointer(reader)) {
        const uint32_t count = wts_ndr_get_array(reader, 4);
        if (count > MAX_SUB_AUTHORITIES) {
            wts_ndr_reader_reject(reader);
            return;
        }
        domain->sid.length = SID_HEAD_LENGTH + 4 * count;
        domain->sid.bytes = wts_ndr_get_copy(reader, arena, domain->sid.length);
        if (domain->sid.bytes != NULL && domain->sid.bytes[1] != count)
            wts_ndr_reader_reject(reader);
    }
    get_status(reader, &domain->end);
    if (domain->sid.bytes == NULL && !has_failed(domain->end.status))
        wts_ndr_reader_reject(reader);
}

static void put_open_domain(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                            const void *arguments)
{
    const struct wts_samr_sid *sid = arguments;
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u32(writer, DOMAIN_ACCESS);
    wts_ndr_put_array(writer, sid->bytes[1]);
    wts_ndr_put_bytes(writer, sid->bytes, sid->length);
}

static void put_lookup_name(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                            const void *arguments)
{
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u32(writer, 1);
    wts_ndr_put_varying_array(writer, MAX_NAMES, 1);
    put_text(writer, arguments);
}

/* Reads a counted array of numbers that has one element. True when it is present. */
static bool get_first(struct wts_ndr_reader *reader, uint32_t *first)
{
    const uint32_t count = wts_ndr_get_u32(reader);
    const uint32_t present = wts_ndr_get_pointer(reader) ? wts_ndr_get_array(reader, 4) : 0;
    if (present != count || count > 1)
        wts_ndr_reader_reject(reader);
    if (present > 0)
        *first = wts_ndr_get_u32(reader);
    return present > 0;
}

static void get_lookup_name(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_samr_name *name = answer;
    (void)arena;
    const bool has_id = get_first(reader, &name->relative_id);
    const bool has_use = get_first(reader, &name->use);
    get_status(reader, &name->end);
    if ((!has_id || !has_use) && !has_failed(name->end.status))
        wts_ndr_reader_reject(reader);
}

static void put_open_user(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                          const void *arguments)
{
    const struct wts_samr_user *user = arguments;
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u32(writer, user->access);
    wts_ndr_put_u32(writer, user->relative_id);
}

static void put_query_user(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                           const void *arguments)
{
    (void)arguments;
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u16(writer, USER_PARAMETERS);
}

static void get_query_user(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    struct wts_samr_parameters *parameters = answer;
    const bool has_structure = wts_ndr_get_pointer(reader);
    if (has_structure) {
        if (wts_ndr_get_u16(reader) != USER_PARAMETERS)
            wts_ndr_reader_reject(reader);
        const struct text_head head = get_text_head(reader);
        if (head.has_body)
            parameters->length = 2 * get_text_count(reader, &head);
        parameters->bytes = wts_ndr_get_copy(reader, arena, parameters->length);
    }
    get_status(reader, &parameters->end);
    if (!has_structure && !has_failed(parameters->end.status))
        wts_ndr_reader_reject(reader);
}

static void put_set_user(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                         const void *arguments)
{
    const struct wts_samr_value *value = arguments;
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u16(writer, USER_PARAMETERS);
    wts_ndr_put_u16(writer, USER_PARAMETERS); /* the arm of the union */
    put_text_head(writer, value->length);
    wts_ndr_put_varying_array(writer, value->length / 2, value->length / 2);
    wts_ndr_put_bytes(writer, value->bytes, value->length);
}

#define OF_HANDLE &wts_interface_samr, &wts_samr_handle
#define END(type) sizeof(struct type), outcome

const struct wts_context_kind wts_samr_handle = {&wts_samr_connect, &wts_samr_close, false};

const struct wts_procedure wts_samr_connect = {&wts_interface_samr, NULL,        WTS_SAMR_CONNECT,
                                               "SamrConnect5",      put_connect, get_connect,
                                               END(wts_samr_result)};
const struct wts_procedure wts_samr_close = {OF_HANDLE,       WTS_SAMR_CLOSE, "SamrCloseHandle",
                                             wts_put_context, get_handle,     END(wts_samr_result)};
const struct wts_procedure wts_samr_enumerate_domains = {
    OF_HANDLE,     WTS_SAMR_ENUMERATE_DOMAINS, "SamrEnumerateDomainsInSamServer", put_enumerate,
    get_enumerate, END(wts_samr_domains)};
const struct wts_procedure wts_samr_lookup_domain = {
    OF_HANDLE,  WTS_SAMR_LOOKUP_DOMAIN, "SamrLookupDomainInSamServer", put_name,
    get_domain, END(wts_samr_domain)};
const struct wts_procedure wts_samr_open_domain = {
    OF_HANDLE, WTS_SAMR_OPEN_DOMAIN, "SamrOpenDomain", put_open_domain, get_handle, END(wts_samr_result)};
const struct wts_procedure wts_samr_lookup_name = {
    OF_HANDLE,       WTS_SAMR_LOOKUP_NAMES, "SamrLookupNamesInDomain",
    put_lookup_name, get_lookup_name,       END(wts_samr_name)};
const struct wts_procedure wts_samr_open_user = {OF_HANDLE,     WTS_SAMR_OPEN_USER, "SamrOpenUser",
                                                 put_open_user, get_handle,         END(wts_samr_result)};
const struct wts_procedure wts_samr_query_user = {
    OF_HANDLE,      WTS_SAMR_QUERY_USER, "SamrQueryInformationUser2",
    put_query_user, get_query_user,      END(wts_samr_parameters)};
const struct wts_procedure wts_samr_set_user = {OF_HANDLE,    WTS_SAMR_SET_USER, "SamrSetInformationUser2",
                                                put_set_user, get_result,        END(wts_samr_result)};
