# DSUHelpers.cmake - dsu_executable and dsu_library.
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# dsu-cc stands in for the compiler by CMake's launcher properties, so that the
# decision what to add to which command is made in one place, in dsu-cc.

# Bitcode of another LLVM than DSU's own cannot be read by its linker or the
# project's archiver, which say so in words that do not lead here.
function(_dsu_check_compiler)
  if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "DSU needs clang as the C compiler, not "
                        "${CMAKE_C_COMPILER_ID}; configure an empty "
                        "build directory with -DCMAKE_C_COMPILER=${DSU_CLANG}")
  endif()
  if(NOT CMAKE_C_COMPILER_VERSION MATCHES "^${DSU_LLVM_VERSION}[.]")
    message(FATAL_ERROR "DSU was built for clang ${DSU_LLVM_VERSION}, but "
                        "${CMAKE_C_COMPILER} is clang "
                        "${CMAKE_C_COMPILER_VERSION}; configure an empty build "
                        "directory with -DCMAKE_C_COMPILER=${DSU_CLANG} or "
                        "-DCMAKE_C_COMPILER=dsu-cc")
  endif()
endfunction()

function(_dsu_updatable target)
  _dsu_check_compiler()
  if(NOT CMAKE_GENERATOR MATCHES "Ninja|Makefiles")
    message(FATAL_ERROR "DSU works with the Ninja and Makefile generators, "
                        "not with ${CMAKE_GENERATOR}")
  endif()
  set(launcher "${DSU_CC};--dsu-root=${CMAKE_SOURCE_DIR};--dsu-launch")
  set_target_properties(${target} PROPERTIES
    C_COMPILER_LAUNCHER "${launcher}"
    C_LINKER_LAUNCHER "${launcher}"
    CXX_LINKER_LAUNCHER "${launcher}"
    INTERPROCEDURAL_OPTIMIZATION OFF)
endfunction()

# dsu_executable(TARGET ...): add_executable, updatable.
function(dsu_executable target)
  add_executable(${target} ${ARGN})
  _dsu_updatable(${target})
endfunction()

# dsu_library(TARGET ...): add_library, updatable.
function(dsu_library target)
  add_library(${target} ${ARGN})
  _dsu_updatable(${target})
endfunction()
