# Sourced by the scripts that start Wine: $same_addresses is what to put before a command, so that the heap of each program begins
# right after the loader. The kernel places it at random within a gigabyte after it, and once in some 5,000 starts where Wine
# needs a page of its own: docs/wine.md#heap-place. Empty where the system does not allow that.
same_addresses="setarch -R"
$same_addresses true 2>/dev/null || same_addresses=""
