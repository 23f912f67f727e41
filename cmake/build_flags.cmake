# Compiler flags of every target of ours, as one interface library. A build from another folder gives the same bytes.
add_library(wts_flags INTERFACE)
target_compile_options(wts_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow $<$<BOOL:${WTS_WERROR}>:-Werror>
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=./build)
if(WIN32)
  target_compile_definitions(wts_flags INTERFACE UNICODE _UNICODE WIN32_LEAN_AND_MEAN _WIN32_WINNT=0x0A00)
  target_link_options(wts_flags INTERFACE -static-libgcc -Wl,--no-insert-timestamp)
else()
  target_compile_definitions(wts_flags INTERFACE _GNU_SOURCE)
  target_compile_options(wts_flags INTERFACE -pthread)
  target_link_options(wts_flags INTERFACE -pthread)
endif()

# Hardening. Sanitizers do what FORTIFY does, and it needs optimization. mingw's own stack protector needs a DLL more, or
# cryptography in a constructor: what ships has a guard of its own instead, see src/core/stack_guard.c.
if(WIN32)
  target_link_options(wts_flags INTERFACE -Wl,--dynamicbase,--nxcompat)
  if(CMAKE_SIZEOF_VOID_P EQUAL 8)
    target_link_options(wts_flags INTERFACE -Wl,--high-entropy-va)
  else()
    # Unwind tables are a sixth of the DLL, and nothing on 32-bit Windows reads them: those for debuggers are in NAME.debug.
    target_compile_options(wts_flags INTERFACE -fno-asynchronous-unwind-tables)
  endif()
else()
  include(CheckPIESupported)
  check_pie_supported()
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  # Position-independent code calls each function so that a library loaded earlier could replace it, a quarter of the time of a
  # decoded list; nothing of ours is meant to be replaced.
  target_compile_options(wts_flags INTERFACE -fno-semantic-interposition -fstack-protector-strong -fstack-clash-protection)
  target_link_options(wts_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
  if(NOT WTS_SANITIZE AND NOT WTS_COVERAGE)
    target_compile_options(wts_flags INTERFACE $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
  endif()
endif()
if(WTS_SANITIZE)
  target_compile_options(wts_flags INTERFACE -fsanitize=${WTS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(wts_flags INTERFACE -fsanitize=${WTS_SANITIZE})
endif()

# For the rooms of src under Windows: everything that is linked from them has the guard.
add_library(wts_guarded INTERFACE)
if(WIN32)
  add_library(wts_stack_guard STATIC ${CMAKE_SOURCE_DIR}/src/core/stack_guard.c)
  target_link_libraries(wts_stack_guard PRIVATE wts_flags)
  target_compile_options(wts_guarded INTERFACE -fstack-protector-strong)
  target_link_libraries(wts_guarded INTERFACE wts_stack_guard)
endif()

# For what is linked into the DLL: the printf and scanf of msvcrt.dll, which is loaded anyway, and not mingw's own, which are
# a quarter of the DLL's size. They know neither %zu nor %Lf.
add_library(wts_msvcrt_formats INTERFACE)
if(WIN32)
  target_compile_definitions(wts_msvcrt_formats INTERFACE __USE_MINGW_ANSI_STDIO=0)
endif()

# Line counts are for what ships, not for the tests: only the rooms of src link this.
add_library(wts_coverage INTERFACE)
if(WTS_COVERAGE)
  target_compile_options(wts_coverage INTERFACE --coverage -fprofile-update=atomic -O0)
  target_link_options(wts_coverage INTERFACE --coverage)
endif()
