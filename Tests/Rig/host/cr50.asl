// A TPM of Google's on the module tpmrig's I2C, as firmware has it: Linux finds the driver for it in no other way.
DefinitionBlock ("", "SSDT", 2, "TPMHW", "RIG", 1)
{
    Scope (\_SB)
    {
        Device (TRIG)
        {
            Name (_HID, "TPMR0001")
            Device (CR50)
            {
                Name (_HID, "GOOG0005")
                Name (_CRS, ResourceTemplate () { I2cSerialBusV2 (0x0050, ControllerInitiated, 400000, AddressingMode7Bit, "\\_SB.TRIG") })
            }
        }
    }
}
