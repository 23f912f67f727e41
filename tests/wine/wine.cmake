# How tests run under Wine: one warm server in a private prefix, a native wtsapi32 or none, a time limit on everything.
find_program(WINE NAMES wine64 wine PATHS /usr/lib/wine REQUIRED)
find_program(WINESERVER NAMES wineserver wineserver64 PATHS /usr/lib/wine /usr/lib/x86_64-linux-gnu/wine
  REQUIRED)

# 32-bit programs run by Wine's own 32-bit half in a 32-bit prefix, where its package is installed; else in Wine's experimental
# WoW64 mode, on the files that tools/wine32.sh gets. Without both these tests are not run, and ctest says so.
set(wine_missing OFF)
set(wine_prefix ${WTS_PREFIX})
set(wine32_environment "")
if(CMAKE_SIZEOF_VOID_P EQUAL 4)
  set(wine32 ${CMAKE_SOURCE_DIR}/build/wine32)
  if(EXISTS /usr/lib/i386-linux-gnu/wine/i386-unix AND EXISTS /usr/lib/wine/wine)
    set(WINE /usr/lib/wine/wine)
    set(wine_prefix ${WTS_PREFIX}_of_32_bits)
    set(wine32_environment WINEARCH=win32)
    message(STATUS "32-bit tests: by the package wine32, in a 32-bit prefix")
  elseif(EXISTS ${wine32}/ready)
    set(unpacked ${wine32}/root)
    set(wine32_environment "WINEDLLPATH=${unpacked}/usr/lib/i386-linux-gnu/wine")
    message(STATUS "32-bit tests: in Wine's experimental WoW64 mode, without the package wine32")
  else()
    set(wine_missing ON)
    message(STATUS "not run: tests of the 32-bit DLL under Wine; its 32-bit half is not there (tools/wine32.sh gets it)")
  endif()
endif()
set(wine_environment "WINEPREFIX=${wine_prefix}" "WINE=${WINE}" "WINESERVER=${WINESERVER}" "DISPLAY="
  "WINEDLLOVERRIDES=wtsapi32=n\;mscoree,mshtml=" ${wine32_environment})

add_test(NAME ${WTS_PRESET}.wine_up COMMAND ${CMAKE_CURRENT_LIST_DIR}/wine_up.sh)
add_test(NAME ${WTS_PRESET}.wine_down COMMAND ${CMAKE_CURRENT_LIST_DIR}/wine_down.sh)
set_tests_properties(${WTS_PRESET}.wine_up PROPERTIES FIXTURES_SETUP ${WTS_PRESET}.wine TIMEOUT 600 DISABLED ${wine_missing}
  ENVIRONMENT "${wine_environment};WINEDEBUG=-all")
set_tests_properties(${WTS_PRESET}.wine_down PROPERTIES FIXTURES_CLEANUP ${WTS_PRESET}.wine TIMEOUT 60 DISABLED ${wine_missing}
  ENVIRONMENT "${wine_environment};WINEDEBUG=-all")

# wts_add_wine_tests(NAME COMMAND...): runs a program, and once more with Wine's heap checks where memory moves.
function(wts_add_wine_tests name)
  # Wine's heap checks see nothing new in programs that move no memory of ours, in the very code of another test once more, and
  # in handle tables, which valgrind watches natively.
  set(without_heap_checks dll export_states forged_handles handle_table handle_table_threads platform
    system_copy system_path terminate_distribution terminate_refused)
  # More than a few seconds each.
  set(slow dll faults)
  set(passes plain heap)
  if(name IN_LIST without_heap_checks)
    set(passes plain)
  endif()
  foreach(pass IN LISTS passes)
    set(test ${WTS_PRESET}.${name})
    set(debug -all)
    set(labels "")
    set(cost 0)
    if(name IN_LIST slow)
      set(cost 25)
    endif()
    if(pass STREQUAL heap)
      set(test ${WTS_PRESET}.heap.${name})
      set(debug "-all,warn+heap,err+heap")
    elseif(name IN_LIST slow)
      set(labels slow)
    else()
      set(labels ${WTS_QUICK})
    endif()
    add_test(NAME ${test} COMMAND ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/run.sh ${ARGN})
    set_tests_properties(${test} PROPERTIES TIMEOUT 300 FIXTURES_REQUIRED ${WTS_PRESET}.wine DISABLED ${wine_missing}
      ENVIRONMENT "${wine_environment};WINEDEBUG=${debug}" FAIL_REGULAR_EXPRESSION "err:heap|HeapValidate" LABELS "${labels}"
      COST ${cost})
  endforeach()
endfunction()
