// SPDX-License-Identifier: MIT
/*
 * A SPI controller with two devices, an I2C adapter and a GPIO chip whose far end is a process: what Linux does on
 * them, the process reads from /dev/tpmrig as a request and answers by a write. One request at a time.
 */
#include <linux/acpi.h>
#include <linux/fs.h>
#include <linux/gpio/driver.h>
#include <linux/i2c.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/poll.h>
#include <linux/spi/spi.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/wait.h>

#define DEVICES 2
#define LINES 4
#define MAX_PAYLOAD 8192
#define ANSWER_TIME (10 * HZ)

/* The far end's FarEnd/RigDevice.cs has the same: little-endian, no padding. */
enum kind { KIND_SPI = 1, KIND_I2C = 2, KIND_LINE = 3 };
#define SPI_SELECTS 1	/* chip select falls before the bytes */
#define SPI_RELEASES 2	/* chip select rises after them */
#define LINE_CHANGES 0xffffffffu	/* an answer's number where it is none: status is line << 1 | level */

struct request {
	u32 number;
	u8 kind, unit;
	u16 flags;
	u32 argument;	/* SPI: hertz; I2C: messages; line: level */
	u32 length;	/* of what follows */
};

struct answer {
	u32 number;
	s32 status;
	u32 length;	/* of what follows */
};

static struct {
	struct mutex lock;	/* for one request at a time, from the request's making to the use of its answer */
	wait_queue_head_t asked, answered;
	bool is_open, is_pending, is_answered;
	size_t out_length, in_length;
	s32 status;
	struct request request;
	u8 out[MAX_PAYLOAD], in[MAX_PAYLOAD];
} far = {
	.lock = __MUTEX_INITIALIZER(far.lock),
	.asked = __WAIT_QUEUE_HEAD_INITIALIZER(far.asked),
	.answered = __WAIT_QUEUE_HEAD_INITIALIZER(far.answered),
};

/* The caller holds the lock and has put the payload into far.out. The status of the answer, or an error. */
static s32 ask(enum kind kind, u8 unit, u16 flags, u32 argument, size_t length)
{
	if (!far.is_open)
		return -ENODEV;
	far.request = (struct request){ far.request.number + 1, kind, unit, flags, argument, length };
	far.out_length = length;
	far.is_answered = false;
	smp_store_release(&far.is_pending, true);
	wake_up(&far.asked);
	wait_event_timeout(far.answered, smp_load_acquire(&far.is_answered) || !far.is_open, ANSWER_TIME);
	far.is_pending = false;
	return far.is_answered ? far.status : -ETIMEDOUT;
}

/* ---- SPI */

static struct spi_controller *spi;
static bool is_selected[DEVICES];

static u8 chip_select_of(struct spi_device *device)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	return spi_get_chipselect(device, 0);
#else
	return device->chip_select;
#endif
}

static int spi_message(struct spi_controller *controller, struct spi_message *message)
{
	u8 unit = chip_select_of(message->spi);
	struct spi_transfer *transfer;
	s32 result = 0;

	mutex_lock(&far.lock);
	list_for_each_entry(transfer, &message->transfers, transfer_list) {
		/* cs_change: release it after this transfer, but after the last one: keep it. */
		bool is_last = list_is_last(&transfer->transfer_list, &message->transfers);
		bool releases = is_last != transfer->cs_change;
		u16 flags = (is_selected[unit] ? 0 : SPI_SELECTS) | (releases ? SPI_RELEASES : 0);

		if (transfer->len > MAX_PAYLOAD) {
			result = -EMSGSIZE;
			break;
		}
		if (transfer->tx_buf)
			memcpy(far.out, transfer->tx_buf, transfer->len);
		else
			memset(far.out, 0, transfer->len);
		result = ask(KIND_SPI, unit, flags, transfer->speed_hz, transfer->len);
		if (result >= 0 && far.in_length != transfer->len)
			result = -EIO;
		if (result < 0)
			break;
		is_selected[unit] = !releases;
		if (transfer->rx_buf)
			memcpy(transfer->rx_buf, far.in, transfer->len);
		message->actual_length += transfer->len;
		result = 0;
	}
	if (result)
		is_selected[unit] = false;
	mutex_unlock(&far.lock);
	message->status = result;
	spi_finalize_current_message(controller);
	return result;
}

static int add_spi(struct device *parent)
{
	struct spi_board_info device = { .modalias = "tpmrig", .max_speed_hz = 10000000, .mode = SPI_MODE_0 };
	int error;

	spi = spi_alloc_master(parent, 0);
	if (!spi)
		return -ENOMEM;
	spi->bus_num = 0;
	spi->num_chipselect = DEVICES;
	spi->mode_bits = SPI_CPOL | SPI_CPHA | SPI_NO_CS;
	spi->bits_per_word_mask = SPI_BPW_MASK(8);
	spi->transfer_one_message = spi_message;
	error = spi_register_controller(spi);
	if (error) {
		spi_controller_put(spi);
		return error;
	}
	for (device.chip_select = 0; device.chip_select < DEVICES; device.chip_select++)
		if (!spi_new_device(spi, &device))
			pr_warn("tpmrig: no device %d on SPI\n", device.chip_select);
	return 0;
}

/* ---- I2C: each message is address, flags, length and, of a write, its bytes; the answer is the bytes of all reads */

static int i2c_messages(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
	size_t out = 0, in = 0;
	s32 result;
	int i;

	mutex_lock(&far.lock);
	for (i = 0; i < count; i++) {
		u16 header[] = { messages[i].addr, messages[i].flags, messages[i].len };
		size_t length = messages[i].flags & I2C_M_RD ? 0 : messages[i].len;

		if (out + sizeof(header) + length > MAX_PAYLOAD) {
			mutex_unlock(&far.lock);
			return -EMSGSIZE;
		}
		memcpy(far.out + out, header, sizeof(header));
		memcpy(far.out + out + sizeof(header), messages[i].buf, length);
		out += sizeof(header) + length;
	}
	result = ask(KIND_I2C, 0, 0, count, out);
	for (i = 0; result >= 0 && i < count; i++) {
		if (!(messages[i].flags & I2C_M_RD))
			continue;
		if (in + messages[i].len > far.in_length) {
			result = -EIO;
			break;
		}
		memcpy(messages[i].buf, far.in + in, messages[i].len);
		in += messages[i].len;
	}
	mutex_unlock(&far.lock);
	return result < 0 ? result : count;
}

static u32 i2c_functions(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm i2c_algorithm = { .master_xfer = i2c_messages, .functionality = i2c_functions };
static struct i2c_adapter i2c = { .owner = THIS_MODULE, .name = "tpmrig", .algo = &i2c_algorithm };

/* ---- GPIO: outputs are told to the far end, inputs come from it */

static const char *const line_names[LINES] = { "TPM_PIRQ", "TPM_RST", "TPM_CS", "TPM_SPARE" };
static bool levels[LINES] = { true, true, true, true };
static unsigned int edges[LINES];
static bool is_unmasked[LINES];

static int line_get(struct gpio_chip *chip, unsigned int line)
{
	return levels[line];
}

static int line_out(struct gpio_chip *chip, unsigned int line, int level)
{
	mutex_lock(&far.lock);
	levels[line] = level;
	ask(KIND_LINE, line, 0, level, 0);
	mutex_unlock(&far.lock);
	return 0;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define line_set line_out
#else
static void line_set(struct gpio_chip *chip, unsigned int line, int level)
{
	line_out(chip, line, level);
}
#endif

static int line_in(struct gpio_chip *chip, unsigned int line)
{
	return 0;
}

static void interrupt_mask(struct irq_data *data)
{
	is_unmasked[irqd_to_hwirq(data)] = false;
	gpiochip_disable_irq(irq_data_get_irq_chip_data(data), irqd_to_hwirq(data));
}

static void interrupt_unmask(struct irq_data *data)
{
	gpiochip_enable_irq(irq_data_get_irq_chip_data(data), irqd_to_hwirq(data));
	is_unmasked[irqd_to_hwirq(data)] = true;
}

static int interrupt_type(struct irq_data *data, unsigned int type)
{
	if (type & ~IRQ_TYPE_EDGE_BOTH)
		return -EINVAL;
	edges[irqd_to_hwirq(data)] = type;
	return 0;
}

static const struct irq_chip interrupts = {
	.name = "tpmrig",
	.irq_mask = interrupt_mask,
	.irq_unmask = interrupt_unmask,
	.irq_set_type = interrupt_type,
	.flags = IRQCHIP_IMMUTABLE,
	GPIOCHIP_IRQ_RESOURCE_HELPERS
};

static struct gpio_chip gpio = {
	.label = "tpmrig",
	.owner = THIS_MODULE,
	.base = -1,
	.ngpio = LINES,
	.names = line_names,
	.can_sleep = true,
	.get = line_get,
	.set = line_set,
	.direction_input = line_in,
	.direction_output = line_out,
};

static void line_changes(unsigned int line, bool level)
{
	unsigned int edge = level ? IRQ_TYPE_EDGE_RISING : IRQ_TYPE_EDGE_FALLING;
	bool is_edge = levels[line] != level;
	unsigned long flags;

	levels[line] = level;
	if (is_edge && is_unmasked[line] && (edges[line] & edge)) {
		local_irq_save(flags);
		generic_handle_domain_irq(gpio.irq.domain, line);
		local_irq_restore(flags);
	}
}

/* ---- /dev/tpmrig */

static int far_open(struct inode *inode, struct file *file)
{
	return cmpxchg(&far.is_open, false, true) ? -EBUSY : 0;
}

static int far_release(struct inode *inode, struct file *file)
{
	far.is_open = false;
	wake_up(&far.answered);
	return 0;
}

static __poll_t far_poll(struct file *file, poll_table *table)
{
	poll_wait(file, &far.asked, table);
	return far.is_pending ? EPOLLIN | EPOLLRDNORM : 0;
}

static ssize_t far_read(struct file *file, char __user *buffer, size_t size, loff_t *offset)
{
	if (wait_event_interruptible(far.asked, smp_load_acquire(&far.is_pending)))
		return -ERESTARTSYS;
	if (size < sizeof(far.request) + far.out_length)
		return -EMSGSIZE;
	far.is_pending = false;
	if (copy_to_user(buffer, &far.request, sizeof(far.request)) ||
	    copy_to_user(buffer + sizeof(far.request), far.out, far.out_length))
		return -EFAULT;
	return sizeof(far.request) + far.out_length;
}

static ssize_t far_write(struct file *file, const char __user *buffer, size_t size, loff_t *offset)
{
	struct answer answer;

	if (size < sizeof(answer) || copy_from_user(&answer, buffer, sizeof(answer)))
		return -EINVAL;
	if (answer.number == LINE_CHANGES) {
		if (answer.status >> 1 >= LINES)
			return -EINVAL;
		line_changes(answer.status >> 1, answer.status & 1);
		return size;
	}
	if (answer.number != far.request.number)
		return -ESTALE;
	if (answer.length > MAX_PAYLOAD || size != sizeof(answer) + answer.length ||
	    copy_from_user(far.in, buffer + sizeof(answer), answer.length))
		return -EINVAL;
	far.in_length = answer.length;
	far.status = answer.status;
	smp_store_release(&far.is_answered, true);
	wake_up(&far.answered);
	return size;
}

static const struct file_operations far_operations = {
	.owner = THIS_MODULE,
	.open = far_open,
	.release = far_release,
	.poll = far_poll,
	.read = far_read,
	.write = far_write,
};

static struct miscdevice far_device = { .minor = MISC_DYNAMIC_MINOR, .name = "tpmrig", .fops = &far_operations };

/* ---- the module, which is never unloaded: the guest ends with it */

static int __init tpmrig_init(void)
{
	struct platform_device *device = platform_device_register_simple("tpmrig", PLATFORM_DEVID_NONE, NULL, 0);
	int error;

	if (IS_ERR(device))
		return PTR_ERR(device);
	i2c.dev.parent = gpio.parent = &device->dev;
	/* What ACPI has on this bus, where the guest was given such a table (host/cr50.asl), is found with it. */
	ACPI_COMPANION_SET(&i2c.dev, acpi_dev_get_first_match_dev("TPMR0001", NULL, -1));
	gpio_irq_chip_set_chip(&gpio.irq, &interrupts);
	gpio.irq.handler = handle_simple_irq;
	gpio.irq.default_type = IRQ_TYPE_NONE;
	error = misc_register(&far_device);
	if (!error)
		error = i2c_add_adapter(&i2c);
	if (!error)
		error = gpiochip_add_data(&gpio, NULL);
	return error ? error : add_spi(&device->dev);
}
module_init(tpmrig_init);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("SPI, I2C and GPIO with a process at their far end");
