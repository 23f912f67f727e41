# How tests run under Wine: one warm server in a private prefix, a native wtsapi32 or none, a time limit on everything.
find_program(WINE NAMES wine64 wine PATHS /usr/lib/wine REQUIRED)
find_program(WINESERVER NAMES wineserver wineserver64 PATHS /usr/lib/wine REQUIRED)

set(wine_environment "WINEPREFIX=${WTS_PREFIX}" "WINE=${WINE}" "WINESERVER=${WINESERVER}" "DISPLAY="
  "WINEDLLOVERRIDES=wtsapi32=n\;mscoree,mshtml=")

# 32-bit programs run in Wine's experimental WoW64 mode, on the files that tools/wine32.sh gets. Without them these tests
# are not run, and ctest says so.
set(wine_missing OFF)
if(CMAKE_SIZEOF_VOID_P EQUAL 4)
  set(wine32 ${CMAKE_SOURCE_DIR}/build/wine32)
  list(APPEND wine_environment "WINEDLLPATH=${wine32}/root/usr/lib/i386-linux-gnu/wine")
  if(NOT EXISTS ${wine32}/ready)
    set(wine_missing ON)
    message(STATUS "not run: tests of the 32-bit DLL under Wine; its 32-bit half is not there (tools/wine32.sh gets it)")
  endif()
endif()

add_test(NAME ${WTS_PRESET}.wine_up COMMAND ${CMAKE_CURRENT_LIST_DIR}/wine_up.sh)
add_test(NAME ${WTS_PRESET}.wine_down COMMAND ${CMAKE_CURRENT_LIST_DIR}/wine_down.sh)
set_tests_properties(${WTS_PRESET}.wine_up PROPERTIES FIXTURES_SETUP ${WTS_PRESET}.wine TIMEOUT 600 DISABLED ${wine_missing}
  ENVIRONMENT "${wine_environment};WINEDEBUG=-all")
set_tests_properties(${WTS_PRESET}.wine_down PROPERTIES FIXTURES_CLEANUP ${WTS_PRESET}.wine TIMEOUT 60 DISABLED ${wine_missing}
  ENVIRONMENT "${wine_environment};WINEDEBUG=-all")

# wts_add_wine_tests(NAME COMMAND...): runs a program twice, the second time with Wine's heap checks switched on.
function(wts_add_wine_tests name)
  foreach(pass plain heap)
    set(test ${WTS_PRESET}.${name})
    set(debug -all)
    if(pass STREQUAL heap)
      set(test ${WTS_PRESET}.heap.${name})
      set(debug "-all,warn+heap,err+heap")
    endif()
    add_test(NAME ${test} COMMAND ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/run.sh ${ARGN})
    set_tests_properties(${test} PROPERTIES TIMEOUT 300 FIXTURES_REQUIRED ${WTS_PRESET}.wine DISABLED ${wine_missing}
      ENVIRONMENT "${wine_environment};WINEDEBUG=${debug}" FAIL_REGULAR_EXPRESSION "err:heap|HeapValidate")
  endforeach()
endfunction()
