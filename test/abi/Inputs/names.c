// Preprocessed, this is the list of every symbol that the runtime exports: the entry
// points of the ABI and the functions of libc that it stands in for.
#define DSU_ENTRY(RET, NAME, PARAMS) exported NAME
#include "dsu/dsu_abi.def"
#define DSU_WINDOW(NAME) exported NAME
#define DSU_GUARD(NAME) exported NAME
#define DSU_SIGNAL(NAME) exported NAME
#include "interposed.def"
