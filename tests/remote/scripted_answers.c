/*
 * Answers of a well-behaved session host; see scripted_answers.h.
 */
#include "scripted_answers.h"

#include "remote/tsts/enumeration.h"
#include "remote/tsts/legacy.h"
#include "remote/tsts/process_list.h"
#include "remote/tsts/rcm_public.h"
#include "remote/tsts/session.h"
#include "remote/tsts/tsvip.h"

enum { NAME_ROOM = 33, USER_ROOM = 21, DOMAIN_ROOM = 18 };

static void put_begin_array(struct wts_ndr_writer *writer, uint32_t count)
{
    wts_ndr_put_pointer(writer, true);
    wts_ndr_put_array(writer, count);
}

/* Level and the discriminant of the union. */
static void put_level(struct wts_ndr_writer *writer, uint32_t level)
{
    wts_ndr_put_u32(writer, level);
    wts_ndr_put_u32(writer, level);
}

static void put_end_array(struct wts_ndr_writer *writer, uint32_t count)
{
    wts_ndr_put_u32(writer, count);
    wts_ndr_put_u32(writer, 0);
}

static struct scripted_answer *answer_rows(const struct wts_interface *interface, uint16_t opnum,
                                           const struct scripted_session *rows, uint32_t count)
{
    struct wts_ndr_writer *writer = scripted_stub();
    put_begin_array(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        put_level(writer, 1);
        wts_ndr_put_u32(writer, rows[i].session_id);
        wts_ndr_put_u32(writer, rows[i].state);
        scripted_put_array(writer, rows[i].name, NAME_ROOM);
    }
    put_end_array(writer, count);
    return scripted_answers(interface, opnum);
}

struct scripted_answer *answer_enum_result(const struct scripted_session *sessions, uint32_t count)
{
    return answer_rows(&wts_interface_enumeration, WTS_LSM_GET_ENUM_RESULT, sessions, count);
}

struct scripted_answer *answer_listeners(const struct scripted_session *listeners, uint32_t count)
{
    return answer_rows(&wts_interface_rcm_public, WTS_RCM_GET_ALL_LISTENERS, listeners, count);
}

struct scripted_answer *answer_all_sessions(const struct scripted_session *sessions, uint32_t count)
{
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_u32(writer, 2);
    put_begin_array(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        put_level(writer, 2);
        wts_ndr_put_u32(writer, sessions[i].session_id);
        wts_ndr_put_u32(writer, sessions[i].state);
        scripted_put_array(writer, sessions[i].name, NAME_ROOM);
        wts_ndr_put_u32(writer, sessions[i].session_id);
        scripted_put_array(writer, "", NAME_ROOM);
        scripted_put_array(writer, sessions[i].user, NAME_ROOM);
        scripted_put_array(writer, sessions[i].domain, NAME_ROOM);
        scripted_put_array(writer, "", NAME_ROOM);
    }
    put_end_array(writer, count);
    return scripted_answers(&wts_interface_enumeration, WTS_LSM_GET_ALL_SESSIONS);
}

struct scripted_answer *answer_all_sessions_ex(const struct scripted_session *sessions, uint32_t count)
{
    struct wts_ndr_writer *writer = scripted_stub();
    put_begin_array(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        put_level(writer, 1);
        wts_ndr_put_u32(writer, sessions[i].session_id);
        wts_ndr_put_u32(writer, sessions[i].state);
        wts_ndr_put_u32(writer, sessions[i].session_id);
        wts_ndr_put_pointer(writer, true);
        wts_ndr_put_pointer(writer, false);
        wts_ndr_put_pointer(writer, true);
        wts_ndr_put_pointer(writer, true);
        wts_ndr_put_pointer(writer, false);
    }
    for (uint32_t i = 0; i < count; i++) {
        scripted_put_string(writer, sessions[i].name);
        scripted_put_string(writer, sessions[i].user);
        scripted_put_string(writer, sessions[i].domain);
    }
    put_end_array(writer, count);
    return scripted_answers(&wts_interface_enumeration, WTS_LSM_GET_ALL_SESSIONS_EX);
}

struct scripted_answer *answer_user_name(const char *user, const char *domain)
{
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_pointer(writer, true);
    scripted_put_string(writer, user);
    wts_ndr_put_pointer(writer, true);
    scripted_put_string(writer, domain);
    wts_ndr_put_u32(writer, 0);
    return scripted_answers(&wts_interface_session, WTS_LSM_GET_USER_NAME);
}

struct scripted_answer *answer_terminal_name(const char *text)
{
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_pointer(writer, true);
    scripted_put_string(writer, text);
    wts_ndr_put_u32(writer, 0);
    return scripted_answers(&wts_interface_session, WTS_LSM_GET_TERMINAL_NAME);
}

struct scripted_answer *answer_number(const struct wts_interface *interface, uint16_t opnum, uint32_t value)
{
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_u32(writer, value);
    wts_ndr_put_u32(writer, 0);
    return scripted_answers(interface, opnum);
}

struct scripted_answer *answer_information(const struct scripted_session *session, bool is_locked)
{
    struct wts_ndr_writer *writer = scripted_stub();
    for (int i = 0; i < 3; i++)
        wts_ndr_put_pointer(writer, true);
    wts_ndr_put_u32(writer, session->state);
    wts_ndr_put_u32(writer, is_locked);
    wts_ndr_put_u64(writer, 100);
    wts_ndr_put_u64(writer, 200);
    wts_ndr_put_u64(writer, 300);
    scripted_put_string(writer, session->user);
    scripted_put_string(writer, session->domain);
    scripted_put_string(writer, session->name);
    wts_ndr_put_u32(writer, 0);
    return scripted_answers(&wts_interface_session, WTS_LSM_GET_SESSION_INFORMATION);
}

struct scripted_answer *answer_information_ex(const struct scripted_session *session, uint32_t flags,
                                              const uint8_t *protocol, uint32_t protocol_length)
{
    struct wts_ndr_writer *writer = scripted_stub();
    put_level(writer, 1);
    wts_ndr_put_u32(writer, session->state);
    wts_ndr_put_u32(writer, flags);
    scripted_put_array(writer, session->name, NAME_ROOM);
    scripted_put_array(writer, session->domain, DOMAIN_ROOM);
    scripted_put_array(writer, session->user, USER_ROOM);
    wts_ndr_put_u64(writer, 100);
    wts_ndr_put_u64(writer, 200);
    wts_ndr_put_u64(writer, 300);
    wts_ndr_put_u64(writer, 400);
    wts_ndr_put_u32(writer, protocol_length);
    wts_ndr_put_pointer(writer, protocol != NULL);
    if (protocol != NULL) {
        wts_ndr_put_array(writer, protocol_length);
        wts_ndr_put_bytes(writer, protocol, protocol_length);
    }
    wts_ndr_put_u32(writer, 0);
    return scripted_answers(&wts_interface_session, WTS_LSM_GET_SESSION_INFORMATION_EX);
}

static struct wts_ndr_writer *begin_data(const uint8_t *data, uint32_t length)
{
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_pointer(writer, data != NULL);
    if (data != NULL) {
        wts_ndr_put_array(writer, length);
        wts_ndr_put_bytes(writer, data, length);
    }
    wts_ndr_put_u32(writer, length);
    return writer;
}

struct scripted_answer *answer_data(uint16_t opnum, const uint8_t *data, uint32_t length)
{
    wts_ndr_put_u32(begin_data(data, length), 0);
    return scripted_answers(&wts_interface_rcm_public, opnum);
}

struct scripted_answer *answer_protocol(const uint8_t *data, uint32_t length)
{
    struct wts_ndr_writer *writer = begin_data(data, length);
    wts_ndr_put_u64(writer, 400);
    wts_ndr_put_u32(writer, 0);
    return scripted_answers(&wts_interface_rcm_public, WTS_RCM_GET_SESSION_PROTOCOL_LAST_INPUT_TIME);
}

/* 192.0.2.7, or 2001:db8::7. */
static void put_address(struct wts_ndr_writer *writer, uint16_t family)
{
    static const uint8_t ipv4[12] = {192, 0, 2, 7};
    static const uint8_t ipv6[16] = {0x20, 1, 0x0d, 0xb8, [15] = 7};
    wts_ndr_put_u16(writer, family);
    wts_ndr_put_u16(writer, 0x5555);
    wts_ndr_put_u16(writer, 0x3d0d);
    wts_ndr_put_u32(writer, family == 23 ? 0x01020304 : 0xC0 | 2 << 16 | 7 << 24);
    if (family == 23) {
        wts_ndr_put_bytes(writer, ipv6, sizeof ipv6);
        wts_ndr_put_u32(writer, 9);
    } else {
        wts_ndr_put_zeros(writer, sizeof ipv4 - 4);
    }
}

struct scripted_answer *answer_address(uint16_t family)
{
    struct wts_ndr_writer *writer = scripted_stub();
    put_address(writer, family);
    wts_ndr_put_u32(writer, 0);
    return scripted_answers(&wts_interface_rcm_public, WTS_RCM_GET_REMOTE_ADDRESS);
}

struct scripted_answer *answer_session_ip(void)
{
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_u32(writer, 1);
    wts_ndr_put_u32(writer, 3);
    wts_ndr_put_u32(writer, 1);
    put_address(writer, 2);
    wts_ndr_put_u32(writer, 24);
    wts_ndr_put_u32(writer, 0);
    wts_ndr_put_u32(writer, 0);
    wts_ndr_put_u32(writer, 0);
    for (int i = 0; i < 3; i++)
        wts_ndr_put_u32(writer, 60);
    wts_ndr_put_u32(writer, 0);
    return scripted_answers(&wts_interface_tsvip, WTS_TSVIP_GET_SESSION_IP);
}

struct scripted_answer *answer_legacy(uint16_t opnum, uint32_t status)
{
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_u32(writer, status);
    wts_ndr_put_u8(writer, status == 0);
    return scripted_answers(&wts_interface_legacy, opnum);
}

/* "p.exe", whose Length counts its NUL, and S-1-5-18. `scale`: how opnum 43 counts code units. */
static void put_process(struct wts_ndr_writer *writer, uint32_t process_id, uint32_t scale)
{
    static const char process_name[] = "p.exe";
    static const uint8_t sid[12] = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
    enum { LENGTH = 2 * sizeof process_name };
    while (writer->length % 8 != 0)
        wts_ndr_put_u8(writer, 0);
    const size_t start = writer->length;
    wts_ndr_put_u32(writer, 0);
    wts_ndr_put_u32(writer, 7); /* threads */
    for (int i = 0; i < 6; i++)
        wts_ndr_put_u64(writer, (uint64_t)i);
    wts_ndr_put_u16(writer, LENGTH);
    wts_ndr_put_u16(writer, LENGTH);
    wts_ndr_put_pointer(writer, true);
    wts_ndr_put_u32(writer, 8); /* priority */
    wts_ndr_put_u32(writer, process_id);
    for (uint32_t i = 0; i < 16; i++)
        wts_ndr_put_u32(writer, i == 2 ? 5 : i); /* the third: session */
    assert_int_equal(writer->length - start, 136);
    const uint32_t count = LENGTH / 2 * scale;
    wts_ndr_put_varying_array(writer, count, count);
    scripted_put_array(writer, process_name, count);
    wts_ndr_put_array(writer, sizeof sid);
    wts_ndr_put_bytes(writer, sid, sizeof sid);
}

struct scripted_answer *answer_processes(uint16_t opnum, uint32_t count)
{
    struct wts_ndr_writer *writer = scripted_stub();
    wts_ndr_put_u32(writer, 0);
    wts_ndr_put_u32(writer, count);
    put_begin_array(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        wts_ndr_put_pointer(writer, true);
        wts_ndr_put_u32(writer, 12);
        wts_ndr_put_pointer(writer, true);
    }
    for (uint32_t i = 0; i < count; i++)
        put_process(writer, 1000 + i, opnum == WTS_LEGACY_GET_ALL_PROCESSES ? 2 : 1);
    wts_ndr_put_u8(writer, 1);
    return scripted_answers(&wts_interface_legacy, opnum);
}

static void put_at(uint8_t *bytes, size_t offset, uint32_t value, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[offset + i] = (uint8_t)(value >> (8 * i));
}

static void text_at(uint8_t *bytes, size_t offset, const char *text)
{
    for (size_t i = 0; text[i] != '\0'; i++)
        bytes[offset + 2 * i] = (uint8_t)text[i];
}

void fill_client(uint8_t *bytes)
{
    memset(bytes, 0, CLIENT_LENGTH);
    text_at(bytes, 4, "client name");
    text_at(bytes, 46, "domain");
    text_at(bytes, 82, "user");
    text_at(bytes, 124, "secret");
    text_at(bytes, 154, "work directory");
    text_at(bytes, 668, "initial program");
    bytes[1188] = 3;
    put_at(bytes, 1192, 2, 4);
    text_at(bytes, 1196, "192.0.2.7");
    put_at(bytes, 1258, 1920, 2);
    put_at(bytes, 1260, 1080, 2);
    put_at(bytes, 1262, 8, 2);
    put_at(bytes, 1264, 2, 2);
    text_at(bytes, 1350, "directory");
    put_at(bytes, 2012, 22621, 4);
    put_at(bytes, 2016, 0, 4);
    put_at(bytes, 2020, 1, 2);
    put_at(bytes, 2022, 4, 2);
    put_at(bytes, 2024, 5, 2);
    put_at(bytes, 2026, 6, 2);
    text_at(bytes, 2224, "device id");
}

void fill_config(uint8_t *bytes)
{
    enum { USERCONFIG = 124 };
    memset(bytes, 0, CONFIG_LENGTH);
    text_at(bytes, 0, "comment");
    put_at(bytes, USERCONFIG, 0x20020000, 4); /* fAutoClientDrives, fDisableCpm */
    text_at(bytes, USERCONFIG + 8, "logon user");
    text_at(bytes, USERCONFIG + 50, "logon domain");
    text_at(bytes, USERCONFIG + 86, "secret");
    text_at(bytes, USERCONFIG + 116, "set directory");
    text_at(bytes, USERCONFIG + 630, "set program");
    put_at(bytes, USERCONFIG + 1252, 4, 4);
    text_at(bytes, USERCONFIG + 1370, "published");
}

void fill_protocol(uint8_t *bytes)
{
    enum { OUTPUT = 0, INPUT = 460 };
    memset(bytes, 0x55, PROTOCOL_LENGTH);
    put_at(bytes, OUTPUT + 12, 22, 4);
    put_at(bytes, OUTPUT + 16, 21, 4);
    put_at(bytes, OUTPUT + 20, 23, 4);
    put_at(bytes, INPUT + 12, 12, 4);
    put_at(bytes, INPUT + 16, 11, 4);
    put_at(bytes, INPUT + 20, 13, 4);
}
