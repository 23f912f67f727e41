# wts_split_debug(TARGET): what ships has no debug information, which costs every load; it goes to NAME.debug beside the
# program, for addr2line and gdb. A build of type Debug keeps it, and one that counts lines is left alone.
function(wts_split_debug target)
  if(CMAKE_BUILD_TYPE STREQUAL "Debug" OR WTS_COVERAGE)
    return()
  endif()
  # strip writes the time into the file unless it is told one: 0, as the linker did.
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_OBJCOPY} --only-keep-debug $<TARGET_FILE:${target}> $<TARGET_FILE:${target}>.debug
    COMMAND ${CMAKE_COMMAND} -E env SOURCE_DATE_EPOCH=0 ${CMAKE_STRIP} $<TARGET_FILE:${target}>
    VERBATIM)
endfunction()
