/*
 * Rows of SAMR, see responses.h.
 */
#include "remote/samr/samr.h"
#include "responses.h"

static void show_samr_end(struct show *show, const void *answer)
{
    const struct wts_samr_result *end = answer;
    const struct wts_tsts_result result = {.context = end->context, .hresult = end->status};
    show_result(show, &result);
}

static void show_domains(struct show *show, const void *answer)
{
    const struct wts_samr_domains *domains = answer;
    for (uint32_t i = 0; i < domains->count; i++)
        show_text(show, "name", domains->names[i]);
    show_samr_end(show, answer);
}

static void show_domain(struct show *show, const void *answer)
{
    const struct wts_samr_domain *domain = answer;
    show_bytes(show, "sid", domain->sid.bytes, domain->sid.length);
    show_samr_end(show, answer);
}

static void show_name(struct show *show, const void *answer)
{
    const struct wts_samr_name *name = answer;
    show_number(show, "id", name->relative_id);
    show_number(show, "use", name->use);
    show_samr_end(show, answer);
}

static void show_parameters(struct show *show, const void *answer)
{
    const struct wts_samr_parameters *parameters = answer;
    show_bytes(show, "value", parameters->bytes, parameters->length);
    show_samr_end(show, answer);
}

const struct response samr_responses[] = {
    RESPONSE(wts_samr_connect, show_samr_end),      RESPONSE(wts_samr_enumerate_domains, show_domains),
    RESPONSE(wts_samr_lookup_domain, show_domain),  RESPONSE(wts_samr_open_domain, show_samr_end),
    RESPONSE(wts_samr_lookup_name, show_name),      RESPONSE(wts_samr_open_user, show_samr_end),
    RESPONSE(wts_samr_query_user, show_parameters), RESPONSE(wts_samr_set_user, show_samr_end),
    RESPONSE(wts_samr_close, show_samr_end),        LAST_RESPONSE,
};
