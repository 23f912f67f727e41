/*
 * Rows of the opaque structures, see responses.h.
 */
#include "remote/tsts/opaque.h"
#include "responses.h"

static void show_client(struct show *show, const struct wts_opaque_client *client)
{
    show_number(show, "flags", client->flags);
    show_text(show, "name", client->name);
    show_text(show, "domain", client->domain);
    show_text(show, "user", client->user);
    show_text(show, "directory", client->work_directory);
    show_text(show, "program", client->initial_program);
    show_number(show, "serial", client->serial_number);
    show_number(show, "encryption", client->encryption_level);
    show_number(show, "family", client->address_family);
    show_text(show, "address", client->address);
    for (size_t i = 0; i < sizeof client->address_words / sizeof client->address_words[0]; i++)
        show->sum += client->address_words[i];
    show_number(show, "last_word", client->address_words[30]);
    show_number(show, "horizontal", client->horizontal);
    show_number(show, "vertical", client->vertical);
    show_number(show, "depth", client->color_depth);
    show_number(show, "protocol", client->protocol_type);
    show_number(show, "layout", client->keyboard_layout);
    show_number(show, "keyboard", client->keyboard_type);
    show_number(show, "subtype", client->keyboard_subtype);
    show_number(show, "functions", client->keyboard_function_key);
    show_text(show, "ime", client->ime_file_name);
    show_text(show, "client_directory", client->directory);
    show_text(show, "license", client->license);
    show_text(show, "modem", client->modem);
    show_number(show, "build", client->build_number);
    show_number(show, "hardware", client->hardware_id);
    show_number(show, "product", client->product_id);
    show_number(show, "host_buffers", client->out_buffer_count_host);
    show_number(show, "client_buffers", client->out_buffer_count_client);
    show_number(show, "buffer", client->out_buffer_length);
    show_text(show, "audio", client->audio_driver);
    show_number(show, "session", client->client_session_id);
    show_text(show, "device", client->device_id);
    show_number(show, "performance", client->performance_flags);
    show_number(show, "locale", client->input_locale);
}

static enum wts_ndr_status read_client(const uint8_t *data, size_t length, struct wts_ndr_arena *arena,
                                       struct show *show)
{
    struct wts_opaque_client out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_opaque_get_client(data, length, arena, &out);
    if (was_read(status, &out, sizeof out))
        show_client(show, &out);
    return status;
}

static void show_config(struct show *show, const struct wts_opaque_config *config)
{
    show_text(show, "comment", config->comment);
    show_number(show, "flags", config->flags);
    show_number(show, "more", config->more_flags);
    show_text(show, "user", config->user);
    show_text(show, "domain", config->domain);
    show_text(show, "directory", config->work_directory);
    show_text(show, "program", config->initial_program);
    show_text(show, "number", config->callback_number);
    show_number(show, "callback", config->callback);
    show_number(show, "shadow", config->shadow);
    show_number(show, "connection", config->maximum_connection_ms);
    show_number(show, "disconnection", config->maximum_disconnection_ms);
    show_number(show, "idle", config->maximum_idle_ms);
    show_number(show, "layout", config->keyboard_layout);
    show_number(show, "encryption", config->minimum_encryption_level);
    show_text(show, "logon", config->logon_server);
    show_text(show, "published", config->published_name);
    show_text(show, "profile", config->profile_path);
    show_text(show, "home", config->home_directory);
    show_text(show, "drive", config->home_directory_drive);
}

static enum wts_ndr_status read_config(const uint8_t *data, size_t length, struct wts_ndr_arena *arena,
                                       struct show *show)
{
    struct wts_opaque_config out;
    poison(&out, sizeof out);
    const enum wts_ndr_status status = wts_opaque_get_config(data, length, arena, &out);
    if (was_read(status, &out, sizeof out))
        show_config(show, &out);
    return status;
}

static void show_counters(struct show *show, const struct wts_opaque_counters *counters)
{
    show_number(show, "wd_bytes", counters->wd_bytes);
    show_number(show, "wd_frames", counters->wd_frames);
    show_number(show, "waits", counters->waits_for_buffer);
    show_number(show, "frames", counters->frames);
    show_number(show, "bytes", counters->bytes);
    show_number(show, "compressed", counters->compressed_bytes);
    show_number(show, "flushes", counters->compress_flushes);
    show_number(show, "errors", counters->errors);
    show_number(show, "timeouts", counters->timeouts);
    show_number(show, "transport", counters->transport_errors);
    show_number(show, "protocol", counters->protocol_type);
}

static enum wts_ndr_status read_protocol_status(const uint8_t *data, size_t length,
                                                struct wts_ndr_arena *arena, struct show *show)
{
    struct wts_opaque_protocol_status out;
    poison(&out, sizeof out);
    (void)arena;
    const enum wts_ndr_status status = wts_opaque_get_protocol_status(data, length, &out);
    if (was_read(status, &out, sizeof out)) {
        show_counters(show, &out.output);
        show_counters(show, &out.input);
        show_number(show, "signal", out.async_signal);
        show_number(show, "mask", out.async_signal_mask);
    }
    return status;
}

const struct response opaque_responses[] = {
    {NULL, NULL, 0, read_client},
    {NULL, NULL, 1, read_config},
    {NULL, NULL, 2, read_protocol_status},
    LAST_RESPONSE,
};
