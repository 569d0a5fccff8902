"""Judges the model of an FTDI bridge: pyftdi, on libusb, runs TPM2_GetRandom on the TPM behind its SPI lines."""
import ctypes.util
import sys
import time

ctypes.util.find_library = lambda name: f"lib{name}.so.0"  # it would ask a compiler or ldconfig

from pyftdi.spi import SpiController  # noqa: E402

BRIDGE = "ftdi://ftdi:232h/1"
VALID, COMMAND_READY, GO, DATA_AVAILABLE, EXPECT = 0x80, 0x40, 0x20, 0x10, 0x08
GET_RANDOM = bytes.fromhex("80010000000c0000017b0020")


class Spi:
    """Frames of PTP, 6.4.6, with wait states."""

    ACCESS, STS, FIFO, DID_VID = 0x000, 0x018, 0x024, 0xF00

    def __init__(self):
        controller = SpiController()
        controller.configure(BRIDGE)
        self._port = controller.get_port(cs=0, freq=1e6, mode=0)

    def _begin(self, direction, register, size):
        header = bytes([direction | (size - 1), 0xD4, register >> 8, register & 0xFF])
        answer = self._port.exchange(header, len(header), stop=False, duplex=True)
        while not answer[-1] & 1:
            answer = self._port.exchange(b"", 1, start=False, stop=False)

    def read(self, register, size):
        self._begin(0x80, register, size)
        return bytes(self._port.exchange(b"", size, start=False))

    def write(self, register, data):
        self._begin(0x00, register, len(data))
        self._port.exchange(data, start=False)


def until(what, condition):
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.002)
    sys.exit(f"It waits in vain for {what}.")


def main():
    tpm = Spi()

    def status():
        return tpm.read(tpm.STS, 1)[0]

    def burst():
        value = int.from_bytes(tpm.read(tpm.STS, 4), "little") >> 8
        return value & 0xFFFF

    def send(command):
        tpm.write(tpm.STS, bytes([COMMAND_READY]))
        until("commandReady", lambda: status() & COMMAND_READY)
        while command:
            until("burstCount", burst)
            part = command[: min(burst(), 32)]
            tpm.write(tpm.FIFO, part)
            command = command[len(part):]
        until("the command's end", lambda: status() & (VALID | EXPECT) == VALID)
        tpm.write(tpm.STS, bytes([GO]))

    def receive():
        until("a response", lambda: status() & (VALID | DATA_AVAILABLE) == VALID | DATA_AVAILABLE)
        response = b""
        while len(response) < 10 or len(response) < int.from_bytes(response[2:6], "big"):
            until("burstCount", burst)
            size = 10 if len(response) < 10 else int.from_bytes(response[2:6], "big")
            response += tpm.read(tpm.FIFO, min(burst(), size - len(response), 32))
        tpm.write(tpm.STS, bytes([COMMAND_READY]))
        return response

    until("an identification", lambda: tpm.read(tpm.DID_VID, 4) not in (b"\x00" * 4, b"\xff" * 4))
    tpm.write(tpm.ACCESS, b"\x02")
    until("the locality", lambda: tpm.read(tpm.ACCESS, 1)[0] & 0xA0 == 0xA0)
    send(bytes.fromhex("80010000000c000001440000"))
    started = receive()
    send(GET_RANDOM)
    response = receive()
    tpm.write(tpm.ACCESS, b"\x20")
    print(started.hex(), response.hex())
    if started != bytes.fromhex("80010000000a00000000") or len(response) != 44 or response[:12] != bytes.fromhex("80010000002c000000000020"):
        sys.exit("These are not the responses.")


main()
