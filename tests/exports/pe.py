"""Exports and imports of a PE file, read from its own structures (Microsoft's "PE Format")."""
import collections
import struct

EXPORT_DIRECTORY, IMPORT_DIRECTORY = 0, 1
MAGIC_32, MAGIC_64 = 0x10B, 0x20B

Export = collections.namedtuple("Export", "name ordinal forwarder")


class PeFile:
    """
    PeFile(path).exports() and .imports(); `flags` and `dll_flags` are the Characteristics and DllCharacteristics.
    ValueError when the file is not a PE file.
    """

    def __init__(self, path):
        with open(path, "rb") as file:
            self._data = file.read()
        header, = struct.unpack_from("<I", self._data, 0x3C)
        if self._data[:2] != b"MZ" or self._data[header:header + 4] != b"PE\0\0":
            raise ValueError(f"{path} is not a PE file")
        section_count, optional_length = struct.unpack_from("<2xH12xH", self._data, header + 4)
        optional = header + 24
        magic, = struct.unpack_from("<H", self._data, optional)
        if magic not in (MAGIC_32, MAGIC_64):
            raise ValueError(f"{path} has an optional header of kind {magic:#x}")
        self.is_64 = magic == MAGIC_64
        self.flags, = struct.unpack_from("<H", self._data, header + 22)
        self.dll_flags, = struct.unpack_from("<H", self._data, optional + 70)
        directories = optional + (112 if self.is_64 else 96)
        count, = struct.unpack_from("<I", self._data, directories - 4)
        self._directories = [struct.unpack_from("<II", self._data, directories + 8 * i) for i in range(count)]
        sections = optional + optional_length
        self._sections = [struct.unpack_from("<8xIIII", self._data, sections + 40 * i) for i in range(section_count)]

    def _offset(self, address):
        """Where in the file that lies which the loader puts at a relative address."""
        for virtual_length, start, raw_length, raw in self._sections:
            if start <= address < start + max(virtual_length, raw_length):
                return raw + address - start
        raise ValueError(f"no section holds {address:#x}")

    def _numbers(self, address, layout):
        return struct.unpack_from("<" + layout, self._data, self._offset(address))

    def _text(self, address):
        start = self._offset(address)
        return self._data[start:self._data.index(b"\0", start)].decode("ascii")

    def exports(self):
        """Every export: name (None: by ordinal only), ordinal, forwarder (None: code or data of this file)."""
        start, length = self._directories[EXPORT_DIRECTORY]
        if not length:
            return []
        base, count, name_count, functions, names, ordinals = self._numbers(start, "16x6I")
        indexes = self._numbers(ordinals, f"{name_count}H")
        name_of = {index: self._text(address)
                   for index, address in zip(indexes, self._numbers(names, f"{name_count}I"))}
        return [Export(name_of.get(index), base + index,
                       self._text(address) if start <= address < start + length else None)
                for index, address in enumerate(self._numbers(functions, f"{count}I")) if address]

    def imports(self):
        """Names (numbers for imports by ordinal) by the name of the module, which is in lower case."""
        start, length = self._directories[IMPORT_DIRECTORY]
        found = collections.defaultdict(list)
        while length:
            lookups, module, addresses = self._numbers(start, "I8xII")
            if not module:
                break
            found[self._text(module).lower()] += self._imported(lookups or addresses)
            start += 20
        return dict(found)

    def _imported(self, table):
        step, layout, by_ordinal = (8, "Q", 1 << 63) if self.is_64 else (4, "I", 1 << 31)
        while entry := self._numbers(table, layout)[0]:
            yield entry & 0xFFFF if entry & by_ordinal else self._text((entry & 0x7FFFFFFF) + 2)
            table += step
