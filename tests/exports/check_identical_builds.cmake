# The DLL, both import libraries and wts.exe, built again from a folder of another name and length, have the bytes of the
# build at hand. Like that build, the other one stays, and only what changed is built again.
cmake_minimum_required(VERSION 3.25)
set(folder ${WORK}/another_folder_with_a_longer_name)
set(rooms src include def cmake tools tests examples)
# Times are copied, too: what is not newer is left alone.
foreach(room IN LISTS rooms ITEMS CMakeLists.txt CMakePresets.json)
  file(COPY ${SOURCE}/${room} DESTINATION ${folder})
endforeach()
foreach(room IN LISTS rooms)
  file(GLOB_RECURSE copies RELATIVE ${folder} ${folder}/${room}/*)
  foreach(copy IN LISTS copies)
    if(NOT EXISTS ${SOURCE}/${copy})
      file(REMOVE ${folder}/${copy})
    endif()
  endforeach()
endforeach()
execute_process(COMMAND ${CMAKE_COMMAND} --preset ${PRESET} -DWTS_TESTS=OFF WORKING_DIRECTORY ${folder}
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build --preset ${PRESET} --target wtsapi32 import_libraries wts
  WORKING_DIRECTORY ${folder} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
foreach(product wtsapi32.dll libwtsapi32.a wtsapi32.lib wts.exe)
  file(SHA256 ${BUILD}/${product} one)
  file(SHA256 ${folder}/build/${PRESET}/${product} two)
  if(NOT one STREQUAL two)
    message(FATAL_ERROR "${product} differs: ${one} ${two}")
  endif()
  message(STATUS "${product} ${one}")
endforeach()
