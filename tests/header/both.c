/*
 * Our header, then the toolchain's by its own name and place: the guard makes the second one say nothing, so
 * that a program whose other headers include it still compiles. What only ours declares proves which one was
 * read.
 */
#include <wtsapi32.h>
#include WTS_OTHER_HEADER

#ifdef __MINGW_NAME_AW_WTS
#error "the toolchain's header was read"
#endif

const WTS_TYPE_CLASS only_ours = WTSTypeSerializedUserCredential;
const DWORD any_session = WTS_ANY_SESSION;
