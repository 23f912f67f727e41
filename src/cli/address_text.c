/*
 * Addresses of session clients as text; see address_text.h. An IPv4 address begins at byte 2.
 * Unverified: an IPv6 address begins at byte 0, where the DLL puts it.
 */
#include "cli/address_text.h"

#define FAMILY_IPV4 2U
#define FAMILY_IPV6 23U
#define GROUPS 8U

static unsigned group_of(const BYTE *address, size_t index)
{
    return (unsigned)address[index * 2] << 8 | address[index * 2 + 1];
}

/* RFC 5952: the longest run of two or more zero groups, the first of the longest, becomes "::". */
static void find_zeros(const BYTE *address, unsigned *first, unsigned *count)
{
    *first = GROUPS;
    *count = 1;
    for (unsigned i = 0; i < GROUPS; i++) {
        unsigned length = 0;
        while (i + length < GROUPS && group_of(address, i + length) == 0)
            length++;
        if (length > *count) {
            *first = i;
            *count = length;
        }
    }
}

static void add_ipv6(struct buffer *buffer, const BYTE *address)
{
    unsigned first;
    unsigned count;
    find_zeros(address, &first, &count);
    for (unsigned i = 0; i < GROUPS; i++) {
        if (i == first) {
            buffer_add_text(buffer, L"::");
            i += count - 1;
        } else {
            buffer_add_format(buffer, "%ls%x", i > 0 && i != first + count ? L":" : L"",
                              group_of(address, i));
        }
    }
}

bool address_add(struct buffer *buffer, DWORD family, const BYTE *bytes)
{
    if (family == FAMILY_IPV4)
        buffer_add_format(buffer, "%u.%u.%u.%u", bytes[2], bytes[3], bytes[4], bytes[5]);
    else if (family == FAMILY_IPV6)
        add_ipv6(buffer, bytes);
    return family == FAMILY_IPV4 || family == FAMILY_IPV6;
}
