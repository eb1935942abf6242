//===- OldBinary.h - call sites in the machine code that runs ---*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime sees return addresses; the comparison knows calls in IR.  The
// executable (or patch) that runs, with its debug information, joins them: each
// call has a discriminator of its own in the line table (CallSites.h).
//
// A body is found by name, file and line of its definition; it is disassembled,
// and the line-table row that covers the last byte of a call instruction names
// the call.  Two call instructions under one row (code generation made one of
// them), discriminator 0 and line 0 name nothing.
//
// Only a binary that carries the identity of OLD.dsu.bc is believed.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_OLDBINARY_H
#define DSU_TOOLS_DIFF_OLDBINARY_H

#include "RuntimeABI.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace llvm::object {
class ObjectFile;
}

namespace dsu {

/// Whether an executable, library or patch carries this identity.
bool hasIdentity(const llvm::object::ObjectFile &File, const ImageID &Identity);

class OldBinary {
public:
  ~OldBinary();

  /// Opens \p Path; an error says why it cannot be used.
  static llvm::Expected<std::unique_ptr<OldBinary>>
  open(llvm::StringRef Path, const ImageID &Identity);

  /// A return address and the number of the call that it belongs to.
  struct CallReturn {
    uint32_t Offset; ///< from the start of the body
    uint32_t Number; ///< index in callSites
  };

  /// All return addresses of the body that \p Subprogram describes for which
  /// the call is known; empty if the body cannot be told from others.
  std::vector<CallReturn> callReturns(const llvm::DISubprogram &Subprogram);

private:
  struct Details;
  explicit OldBinary(std::unique_ptr<Details> D);
  std::unique_ptr<Details> D;
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_OLDBINARY_H
