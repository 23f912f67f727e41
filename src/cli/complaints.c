/*
 * Failures, grouped by cause; see complaints.h. A line of an answer begins with its server and a colon.
 */
#include "cli/complaints.h"

#include "cli/mask.h"
#include "cli/memory.h"

#include <stdlib.h>
#include <wchar.h>

/* One line; the sentence is the part behind the server. */
struct complaint {
    unsigned answer;
    unsigned order;
    const wchar_t *line;
    const wchar_t *sentence;
    size_t line_count; /* units */
    size_t sentence_count;
    bool is_shared; /* by another server */
};

struct complaints {
    struct complaint *rows;
    size_t count;
    size_t capacity;
};

static void add_lines(struct complaints *all, const struct answer *answers, unsigned index)
{
    const struct answer *answer = &answers[index];
    struct buffer name = {.units = NULL};
    if (answer->server != NULL)
        mask_add(&name, answer->server);
    const size_t prefix = answer->server != NULL ? name.count + 2 : 0;
    const wchar_t *line = buffer_text(&answer->complaints);
    while (*line != L'\0') {
        const size_t count = wcscspn(line, L"\n");
        all->rows = memory_reserve(all->rows, all->count + 1, &all->capacity, sizeof *all->rows);
        all->rows[all->count] = (struct complaint){.answer = index,
                                                   .order = (unsigned)all->count,
                                                   .line = line,
                                                   .line_count = count,
                                                   .sentence = line + (prefix <= count ? prefix : 0),
                                                   .sentence_count = count - (prefix <= count ? prefix : 0)};
        all->count++;
        line += count + (line[count] == L'\n' ? 1 : 0);
    }
    buffer_free(&name);
}

static int compare_text(const struct complaint *one, const struct complaint *other)
{
    if (one->sentence_count != other->sentence_count)
        return one->sentence_count < other->sentence_count ? -1 : 1;
    return wmemcmp(one->sentence, other->sentence, one->sentence_count);
}

static int by_text(const void *one, const void *other)
{
    const struct complaint *a = one;
    const struct complaint *b = other;
    const int text = compare_text(a, b);
    return text != 0 ? text : (a->order > b->order) - (a->order < b->order);
}

static int by_order(const void *one, const void *other)
{
    const struct complaint *a = one;
    const struct complaint *b = other;
    return (a->order > b->order) - (a->order < b->order);
}

/* A sentence that one server has twice is not shared. */
static void find_shared(struct complaints *all)
{
    for (size_t i = 0; i + 1 < all->count; i++) {
        struct complaint *one = &all->rows[i];
        struct complaint *next = &all->rows[i + 1];
        if (compare_text(one, next) == 0 && one->answer != next->answer)
            one->is_shared = next->is_shared = true;
    }
}

/* Adds the group of `first`, whose other members are behind it. */
static void add_group(struct buffer *text, struct complaints *all, size_t first, const struct answer *answers)
{
    struct buffer names = {.units = NULL};
    unsigned servers = 0;
    const struct complaint group = all->rows[first];
    for (size_t i = first; i < all->count; i++) {
        struct complaint *one = &all->rows[i];
        if (!one->is_shared || compare_text(one, &group) != 0)
            continue;
        one->is_shared = false;
        one->line_count = 0;
        buffer_add_text(&names, servers > 0 ? L", " : L"");
        mask_add(&names, answers[one->answer].server);
        servers++;
    }
    buffer_add_format(text, "%u servers: ", servers);
    buffer_add(text, group.sentence, group.sentence_count);
    buffer_add_text(text, L"\n  ");
    buffer_add_text(text, buffer_text(&names));
    buffer_add_text(text, L"\n");
    buffer_free(&names);
}

void complaints_add(struct buffer *text, const struct answer *answers, unsigned count)
{
    struct complaints all = {.rows = NULL};
    for (unsigned i = 0; i < count; i++)
        add_lines(&all, answers, i);
    if (count > 1 && all.count > 1) {
        qsort(all.rows, all.count, sizeof *all.rows, by_text);
        find_shared(&all);
        qsort(all.rows, all.count, sizeof *all.rows, by_order);
    }
    for (size_t i = 0; i < all.count; i++) {
        if (all.rows[i].is_shared)
            continue;
        buffer_add(text, all.rows[i].line, all.rows[i].line_count);
        buffer_add_text(text, L"\n");
    }
    for (size_t i = 0; i < all.count; i++) {
        if (all.rows[i].is_shared)
            add_group(text, &all, i, answers);
    }
    free(all.rows);
}
