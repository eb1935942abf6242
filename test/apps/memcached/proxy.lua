-- proxy.lua - the proxy's configuration for tests: one backend, the server
-- itself, and one key that must not be read through the proxy.
--
-- Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

function mcp_config_pools(old)
  local port = os.getenv("DSU_BACKEND_PORT")
  -- The proxy looks for its backend before the server listens: try again soon.
  mcp.backend_retry_timeout(0.1)
  return mcp.pool({ mcp.backend("self", "127.0.0.1", port) })
end

function mcp_config_routes(pool)
  mcp.attach(mcp.CMD_ANY_STORAGE, function(request)
    if request:key() == "admin" then
      return "SERVER_ERROR denied\r\n"
    end
    return pool(request)
  end)
end
