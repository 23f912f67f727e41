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
if(WTS_SANITIZE)
  target_compile_options(wts_flags INTERFACE -fsanitize=${WTS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(wts_flags INTERFACE -fsanitize=${WTS_SANITIZE})
endif()

# Line counts are for what ships, not for the tests: only the rooms of src link this.
add_library(wts_coverage INTERFACE)
if(WTS_COVERAGE)
  target_compile_options(wts_coverage INTERFACE --coverage -fprofile-update=atomic -O0)
  target_link_options(wts_coverage INTERFACE --coverage)
endif()
