# What every test may use; paths are in lit.site.cfg.py.
#
# A test is one behaviour, told in prose at its head.  Substitutions:
#   %dsu-opt       opt with the plugin
#   %clang         the clang that the plugin was built for
#   %dsu-clang     clang with the plugin, no LTO: each file is an image
#   %lto           clang, full LTO, lld, without the plugin
#   %dsu-lto       the same with the plugin in compiler and linker
#   %same-as-plain SOURCE: builds it plain and by DSU in every mode and compares
#                  what the programs print
#   %body FUNCTION PROGRAM: prints a function of a program file as optimized
#   %plugin        DSUPass.so
#   %rt-cc         clang for tests of the runtime, linked with it natively
#   %source        the top of the source tree
# LLVM's tools, dsu-cc, dsu-diff and dsuctl are on the PATH.  Features that tests can
# require: runtime, dsu-cc, dsu-diff, dsuctl, llvm-19, llvm-22.
import os
import subprocess

import lit.formats

config.name = "DSU"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".c", ".ll", ".test"]
config.excludes = ["Inputs", "common", "CMakeLists.txt"]
config.test_source_root = os.path.join(config.dsu_source, "test")
config.test_exec_root = os.path.join(config.dsu_build, "test")

library = os.path.join(config.dsu_build, "lib")
programs = os.path.join(config.dsu_build, "bin")
source = config.dsu_source
config.environment["PATH"] = os.pathsep.join(
    [programs, config.llvm_tools, os.environ.get("PATH", "")]
)

plugin = os.path.join(library, "DSUPass.so")
clang = os.path.join(config.llvm_tools, "clang")
lld = os.path.join(config.llvm_tools, "ld.lld")
lto = (
    f"{clang} --start-no-unused-arguments -flto -fuse-ld=lld --ld-path={lld} "
    "--end-no-unused-arguments"
)
plugins = (
    f"--start-no-unused-arguments -fpass-plugin={plugin} "
    f"-Wl,--load-pass-plugin={plugin} --end-no-unused-arguments"
)
# test/rt-address runs test/rt with another library.
sanitize = getattr(config, "dsu_sanitize", "")
runtime = os.path.join(
    library, "libdsu_rt_address.a" if sanitize else "libdsu_rt.a"
)
same_as_plain = os.path.join(source, "test", "passes", "Inputs", "same-as-plain")
config.substitutions += [
    ("%dsu-opt", f"{config.llvm_tools}/opt -load-pass-plugin={plugin}"),
    ("%dsu-clang", f"{clang} -g -fpass-plugin={plugin}"),
    ("%dsu-lto", f"{lto} -g {plugins}"),
    ("%lto", lto),
    ("%clang", clang),
    ("%same-as-plain", f"sh {same_as_plain} {clang} {lld} {plugin} %t"),
    (
        "%rt-cc",
        f"{clang} {sanitize} -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -fuse-ld=lld "
        f"--ld-path={lld} -I{source}/rt/include -I{source}/rt/src "
        f"-I{source}/test/rt/Inputs -Wl,--whole-archive {runtime} "
        f"-Wl,--no-whole-archive {config.libunwind} -pthread -ldl",
    ),
    ("%body", "sh " + os.path.join(source, "test", "passes", "Inputs", "body")),
    ("%plugin", plugin),
    ("%source", source),
]

config.available_features.add(f"llvm-{config.llvm_version}")
# Whether programs of the tests can be run by other users, which they cannot below
# a private directory (/root).
if os.geteuid() == 0 and subprocess.run(
    ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "test", "-r", plugin],
    stderr=subprocess.DEVNULL,
).returncode == 0:
    config.available_features.add("reachable-by-others")
for feature, path in [
    ("runtime", runtime),
    ("dsu-cc", os.path.join(programs, "dsu-cc")),
    ("dsu-diff", os.path.join(programs, "dsu-diff")),
    ("dsuctl", os.path.join(programs, "dsuctl")),
]:
    if os.path.exists(path):
        config.available_features.add(feature)
