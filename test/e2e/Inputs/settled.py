# settled.py PID: waits until the runtime's helper thread has ended.
import sys

import state

state.settle(int(sys.argv[1]))
print("settled")
