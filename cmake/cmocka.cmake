# Target wts_cmocka: the test library. Natively the distribution's; for Windows built from the pinned archive, which is
# fetched once, through apt's own source entry or from upstream, whichever answers first. A wrong hash is an error.
add_library(wts_cmocka INTERFACE)

if(NOT WIN32)
  find_package(cmocka REQUIRED CONFIG)
  target_link_libraries(wts_cmocka INTERFACE ${CMOCKA_LIBRARIES})
  return()
endif()

set(cmocka_version 1.1.5)
set(cmocka_hash f0ccd8242d55e2fd74b16ba518359151f6f8383ff8aef4976e48393f77bba8b6)
# One download serves every build folder of this user.
if(DEFINED ENV{XDG_CACHE_HOME})
  set(cache $ENV{XDG_CACHE_HOME})
else()
  set(cache $ENV{HOME}/.cache)
endif()
set(WTS_DOWNLOADS ${cache}/wtsapi32/downloads CACHE PATH "Where downloaded archives are kept")
set(cmocka_archive ${WTS_DOWNLOADS}/cmocka-${cmocka_version}.tar.xz)
set(cmocka_source ${CMAKE_BINARY_DIR}/_downloads/cmocka-${cmocka_version})

# The distribution's source archive is upstream's, byte for byte; it lies in the folder of the binary package.
function(download_by_apt archive)
  execute_process(COMMAND apt-get --print-uris download libcmocka-dev
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR} OUTPUT_VARIABLE answer ERROR_QUIET)
  if(answer MATCHES "'([^' ]+)/[^/']+'")
    execute_process(COMMAND /usr/lib/apt/apt-helper download-file
      ${CMAKE_MATCH_1}/cmocka_${cmocka_version}.orig.tar.xz ${archive} SHA256:${cmocka_hash} OUTPUT_QUIET ERROR_QUIET)
  endif()
endfunction()

file(MAKE_DIRECTORY ${WTS_DOWNLOADS} ${CMAKE_BINARY_DIR}/_downloads)
file(LOCK ${WTS_DOWNLOADS} DIRECTORY GUARD FILE)
if(NOT EXISTS ${cmocka_archive})
  download_by_apt(${cmocka_archive})
endif()
if(NOT EXISTS ${cmocka_archive})
  file(DOWNLOAD https://cmocka.org/files/1.1/cmocka-${cmocka_version}.tar.xz ${cmocka_archive}
    EXPECTED_HASH SHA256=${cmocka_hash} TIMEOUT 60)
endif()
file(SHA256 ${cmocka_archive} hash)
if(NOT hash STREQUAL cmocka_hash)
  message(FATAL_ERROR "${cmocka_archive}: SHA-256 is ${hash}, not ${cmocka_hash}")
endif()
if(NOT EXISTS ${cmocka_source}/src/cmocka.c)
  file(ARCHIVE_EXTRACT INPUT ${cmocka_archive} DESTINATION ${CMAKE_BINARY_DIR}/_downloads)
endif()

# One file is all there is to build; its own build system would bring its options and tests along.
add_library(cmocka_embedded STATIC EXCLUDE_FROM_ALL ${cmocka_source}/src/cmocka.c)
target_include_directories(cmocka_embedded SYSTEM PUBLIC ${cmocka_source}/include)
target_compile_definitions(cmocka_embedded PUBLIC CMOCKA_STATIC
  PRIVATE HAVE_SIGNAL_H HAVE_STDINT_H HAVE_INTTYPES_H HAVE_STRUCT_TIMESPEC)
set_target_properties(cmocka_embedded PROPERTIES C_STANDARD 99 C_EXTENSIONS ON)
target_link_libraries(wts_cmocka INTERFACE cmocka_embedded)
