/*
 * import_fuzz.c - any bytes as a table: no crash, no sanitizer's complaint, and
 * the same outcome whatever the block size and threads.  libFuzzer, by hand:
 *
 *	make CC=clang SANITIZE=address,undefined,fuzzer-no-link
 *	clang -g -O1 -fsanitize=address,undefined,fuzzer -Ilib/include -o fuzz \
 *		tests/fuzz/import_fuzz.c \
 *		obj/address-undefined-fuzzer-no-link/libdltools.a \
 *		-lz -lzstd -lxxhash -ljansson -lm -ldl -pthread
 *	mkdir -p corpus && ./fuzz -max_len=4096 -max_total_time=60 corpus
 *
 * The first byte chooses the options, the others are the text.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dltools/file.h>
#include <dltools/import.h>
#include <dltools/mem.h>

static const char in[] = "fuzz.in", out[] = "fuzz.dlf";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
write_input(const uint8_t *data, size_t n)
{
	FILE *f = fopen(in, "wb");

	if (!f || fwrite(data, 1, n, f) != n || fclose(f) != 0)
		abort();
}

/* The frame's bytes, or the message of what went wrong. */
static char *
import(uint8_t options, size_t block, unsigned threads, uint64_t memory,
       size_t *len)
{
	const char *file = in;
	struct import_options o;
	struct import_report r = {0};
	struct err e = {0};
	char *result;

	if (import_options_init(&o, &e) < 0)
		abort();
	o.file = &file;
	o.files = 1;
	o.out = out;
	o.threads = threads;
	o.memory = memory;
	o.csv.block_bytes = block;
	o.csv.quoted_lines = 20;
	o.csv.quoted_bytes = 200;
	o.csv.record_bytes = 1000;
	o.on_error = (enum import_on_error)(options % 3);
	o.rename_columns = options & 4;
	o.allow_empty = options & 8;
	o.csv.latin1 = options & 16;
	o.dialect.escape = options & 32 ? '\\' : '\0';
	o.header = options & 64 ? 1 : -1;
	o.dialect.delimiter = options & 128 ? ',' : '\0';
	if (import_run(&o, &r, &e) == 0)
		result = file_slurp(out, (size_t)1 << 30, len, &e);
	else
		result = mem_memdup(e.msg, *len = strlen(e.msg), &e);
	import_report_release(&r);
	import_options_release(&o);
	unlink(out);
	if (!result)
		abort();
	return result;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	size_t len, other_len;
	char *one, *other;

	if (!n)
		return 0;
	write_input(data + 1, n - 1);
	one = import(data[0], 1000, 1, 0, &len);
	other = import(data[0], 16 + n % 40, 2, 3000, &other_len);
	if (len != other_len || memcmp(one, other, len) != 0) {
		fprintf(stderr, "one: %.300s\nother: %.300s\n", one, other);
		abort();
	}
	mem_free(one);
	mem_free(other);
	return 0;
}
