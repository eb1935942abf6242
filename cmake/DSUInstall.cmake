# DSUInstall.cmake - what `cmake --install` puts where.
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Programs go to bin; what dsu-cc gives to clang and lld goes to lib/dsu, where
# dsu-cc looks for it relative to itself.  Included last, when all targets are
# known.

include(CMakePackageConfigHelpers)

foreach(program dsu-cc dsu-diff dsuctl)
  if(TARGET ${program})
    install(TARGETS ${program} DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()
foreach(tool ar ranlib nm)
  install(FILES ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/dsu-llvm-${tool}
          DESTINATION ${CMAKE_INSTALL_BINDIR})
endforeach()
set(DSU_INSTALL_LIBDIR ${CMAKE_INSTALL_LIBDIR}/dsu)
foreach(library DSUPass dsu_rt dsu_rt_strong)
  if(TARGET ${library})
    install(TARGETS ${library} DESTINATION ${DSU_INSTALL_LIBDIR})
  endif()
endforeach()
install(FILES ${CMAKE_ARCHIVE_OUTPUT_DIRECTORY}/dsu_rt.syms
        DESTINATION ${DSU_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/rt/include/dsu
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

set(DSU_INSTALL_CMAKEDIR ${CMAKE_INSTALL_LIBDIR}/cmake/DSU)
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/DSUConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/DSUConfig.cmake
  INSTALL_DESTINATION ${DSU_INSTALL_CMAKEDIR}
  PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/DSUConfigVersion.cmake COMPATIBILITY SameMinorVersion)
# The build directory can be found as well: CMake looks there by itself when its
# bin is in PATH.
block()
  set(CMAKE_INSTALL_BINDIR bin)
  configure_package_config_file(
    ${PROJECT_SOURCE_DIR}/cmake/DSUConfig.cmake.in
    ${PROJECT_BINARY_DIR}/DSUConfig.cmake
    INSTALL_DESTINATION ${PROJECT_BINARY_DIR}
    INSTALL_PREFIX ${PROJECT_BINARY_DIR}
    PATH_VARS CMAKE_INSTALL_BINDIR)
endblock()
configure_file(${PROJECT_SOURCE_DIR}/cmake/DSUHelpers.cmake
               ${PROJECT_BINARY_DIR}/DSUHelpers.cmake COPYONLY)
install(FILES ${PROJECT_BINARY_DIR}/cmake/DSUConfig.cmake
              ${PROJECT_BINARY_DIR}/DSUConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/DSUHelpers.cmake
        DESTINATION ${DSU_INSTALL_CMAKEDIR})

foreach(section 1 7)
  file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/man/*.${section})
  install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/LICENSE
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs
        DESTINATION ${CMAKE_INSTALL_DOCDIR}
        PATTERN man EXCLUDE)
