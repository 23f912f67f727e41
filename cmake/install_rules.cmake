# What `cmake --install` lays down: of a Windows build the programs, import libraries, header, and what foreign projects find
# them with (find_package, pkg-config); of a native build the helpers.
include(GNUInstallDirs)
if(NOT WIN32)
  # Each is a package of its own.
  foreach(helper wts-relay wts-session)
    install(TARGETS ${helper} RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/wtsapi32 COMPONENT ${helper})
  endforeach()
  return()
endif()

install(TARGETS wtsapi32 wts wts-message RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${CMAKE_BINARY_DIR}/libwtsapi32.a ${CMAKE_BINARY_DIR}/wtsapi32.lib DESTINATION lib)
install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

include(CMakePackageConfigHelpers)
configure_package_config_file(cmake/wtsapi32-config.cmake.in ${CMAKE_BINARY_DIR}/wtsapi32-config.cmake
  INSTALL_DESTINATION lib/cmake/wtsapi32 PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/wtsapi32-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/wtsapi32-config.cmake ${CMAKE_BINARY_DIR}/wtsapi32-config-version.cmake
  DESTINATION lib/cmake/wtsapi32)
configure_file(cmake/wtsapi32.pc.in ${CMAKE_BINARY_DIR}/wtsapi32.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/wtsapi32.pc DESTINATION lib/pkgconfig)
