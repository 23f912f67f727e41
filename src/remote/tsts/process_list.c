/*
 * Procedures of process_list.h. In a list the flat array comes first, followed by the pointees of each
 * element.
 */
#include "remote/tsts/process_list.h"

/* The minimum length of a process on the wire: 12 bytes in the flat array, 136 of process information. */
enum { MIN_LENGTH = 12 + 136 };

/* The part of an element in the flat array, which comes before its pointees. */
struct element {
    uint32_t sid_length; /* SizeOfSid */
    bool has_sid;
};

static void put_all_processes(struct wts_ndr_writer *writer, const struct wts_context_handle *context,
                              const void *arguments)
{
    (void)arguments;
    wts_ndr_put_context(writer, context);
    wts_ndr_put_u32(writer, 0); /* GAP_LEVEL_BASIC */
    wts_ndr_put_u32(writer, WTS_MAX_PROCESSES);
}

static void skip_u32(struct wts_ndr_reader *reader, unsigned count)
{
    wts_ndr_align(reader, 4);
    wts_ndr_get_bytes(reader, (size_t)count * 4);
}

/*
 * The pointee of ImageName. `length` and `maximum` are the lengths in bytes from the counted string. The
 * older procedure uses the same numbers as counts of code units, so it sends twice as many as the name has.
 */
static const uint16_t *get_image_name(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, bool nt6,
                                      uint32_t length, uint32_t maximum)
{
    const uint32_t unit = nt6 ? 2 : 1;
    uint32_t room;
    const uint32_t count = wts_ndr_get_varying_array(reader, 2, &room);
    if (count != length / unit || room != maximum / unit)
        wts_ndr_reader_reject(reader);
    const uint16_t *name = wts_ndr_get_utf16(reader, arena, length / 2);
    if (name != NULL)
        wts_ndr_get_bytes(reader, 2 * (size_t)(count - length / 2));
    return name;
}

/* TS_SYS_PROCESS_INFORMATION(_NT6), with its image name behind it. */
static void get_process(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, bool nt6,
                        struct wts_process_record *record)
{
    wts_ndr_align(reader, 8);
    skip_u32(reader, 1); /* NextEntryOffset */
    record->thread_count = wts_ndr_get_u32(reader);
    skip_u32(reader, 6); /* SpareLi1, SpareLi2, SpareLi3 */
    record->create_time = wts_ndr_get_u64(reader);
    record->user_time = wts_ndr_get_u64(reader);
    record->kernel_time = wts_ndr_get_u64(reader);
    const uint32_t name_length = wts_ndr_get_u16(reader);
    const uint32_t name_maximum = wts_ndr_get_u16(reader);
    const bool has_name = wts_ndr_get_pointer(reader);
    skip_u32(reader, 1); /* BasePriority */
    record->process_id = wts_ndr_get_u32(reader);
    record->parent_id = wts_ndr_get_u32(reader);
    record->handle_count = wts_ndr_get_u32(reader);
    record->session_id = wts_ndr_get_u32(reader);
    skip_u32(reader, 4); /* SpareUl3, PeakVirtualSize, VirtualSize, PageFaultCount */
    record->peak_working_set = wts_ndr_get_u32(reader);
    record->working_set = wts_ndr_get_u32(reader);
    skip_u32(reader, 4); /* pool quotas */
    record->page_file = wts_ndr_get_u32(reader);
    record->peak_page_file = wts_ndr_get_u32(reader);
    skip_u32(reader, 1); /* PrivatePageCount */
    if (has_name)
        record->image_name = get_image_name(reader, arena, nt6, name_length, name_maximum);
}

/* Length of the SID at the start of `bytes` (`room` bytes); 0 when it is not complete. */
static uint32_t sid_length(const uint8_t *bytes, uint32_t room)
{
    if (room < 8 || bytes[0] != 1 || bytes[1] > 15)
        return 0;
    const uint32_t length = 8 + 4u * bytes[1];
    return length <= room ? length : 0;
}

/* The pointee of a SID: bytes that must be exactly one SID, because callers trust the SID's own length. */
static void get_sid(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, uint32_t expected_length,
                    struct wts_process_record *record)
{
    const uint32_t length = wts_ndr_get_array(reader, 1);
    const uint8_t *sid = wts_ndr_get_copy(reader, arena, length);
    if (sid == NULL)
        return;
    if (length == 0 || length != expected_length || length != sid_length(sid, length)) {
        wts_ndr_reader_reject(reader);
        return;
    }
    record->sid = sid;
    record->sid_length = length;
}

/* The array behind the list's pointer, `count` elements by the parameter before it. */
static const struct wts_process_record *
get_records(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, bool nt6, uint32_t expected_count)
{
    const uint32_t count = wts_ndr_get_array(reader, MIN_LENGTH);
    if (count != expected_count || count > WTS_MAX_PROCESSES)
        wts_ndr_reader_reject(reader);
    struct element *elements = wts_ndr_get_room(reader, arena, count, sizeof *elements);
    struct wts_process_record *records = wts_ndr_get_room(reader, arena, count, sizeof *records);
    if (records == NULL)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (!wts_ndr_get_pointer(reader))
            wts_ndr_reader_reject(reader); /* an element without a process is invalid */
        elements[i].sid_length = wts_ndr_get_u32(reader);
        elements[i].has_sid = wts_ndr_get_pointer(reader);
    }
    for (uint32_t i = 0; i < count && reader->status == WTS_NDR_OK; i++) {
        get_process(reader, arena, nt6, &records[i]);
        if (elements[i].has_sid)
            get_sid(reader, arena, elements[i].sid_length, &records[i]);
    }
    return records;
}

static void get_list(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, bool nt6,
                     struct wts_process_list *list)
{
    list->end.error = wts_ndr_get_u32(reader);
    list->count = wts_ndr_get_u32(reader);
    if (wts_ndr_get_pointer(reader))
        list->records = get_records(reader, arena, nt6, list->count);
    else if (list->count != 0)
        wts_ndr_reader_reject(reader);
    list->end.result = wts_ndr_get_u8(reader);
}

static void get_all_processes(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    get_list(reader, arena, false, answer);
}

static void get_all_processes_nt6(struct wts_ndr_reader *reader, struct wts_ndr_arena *arena, void *answer)
{
    get_list(reader, arena, true, answer);
}

#define OF_SERVER &wts_interface_legacy, &wts_legacy_context
#define END sizeof(struct wts_process_list), wts_legacy_outcome

const struct wts_procedure wts_legacy_get_all_processes = {OF_SERVER,
                                                           WTS_LEGACY_GET_ALL_PROCESSES,
                                                           "RpcWinStationGetAllProcesses",
                                                           put_all_processes,
                                                           get_all_processes,
                                                           END};
const struct wts_procedure wts_legacy_get_all_processes_nt6 = {OF_SERVER,
                                                               WTS_LEGACY_GET_ALL_PROCESSES_NT6,
                                                               "RpcWinStationGetAllProcesses_NT6",
                                                               put_all_processes,
                                                               get_all_processes_nt6,
                                                               END};
