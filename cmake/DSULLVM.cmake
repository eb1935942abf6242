# How the C++ half of the project is compiled and linked against LLVM.

# dsu_use_llvm(TARGET): LLVM's headers, no RTTI (as LLVM itself is built).
# LLVM's headers are system headers, so that their warnings stay theirs.
function(dsu_use_llvm target)
  target_include_directories(${target} SYSTEM PRIVATE ${LLVM_INCLUDE_DIRS})
  separate_arguments(definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
  target_compile_options(${target} PRIVATE ${definitions})
  if(NOT LLVM_ENABLE_RTTI)
    target_compile_options(${target} PRIVATE -fno-rtti)
  endif()
  target_compile_options(${target} PRIVATE -fno-exceptions)
endfunction()

# dsu_link_llvm(TARGET): LLVM's shared library, for programs.  Plugins take
# their symbols from the program that loads them and must not link it.
function(dsu_link_llvm target)
  dsu_use_llvm(${target})
  target_link_libraries(${target} PRIVATE LLVM)
endfunction()
