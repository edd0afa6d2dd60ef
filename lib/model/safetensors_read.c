/*
 * safetensors_read.c - reading a sealed safetensors file.  A cut, flipped or
 * foreign file is refused before anything of it is used: first the header's
 * JSON and the length it promises, then the digest over every byte, then the
 * format's version, then each tensor.
 */
#include "model/safetensors.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "conf/json_read.h"
#include "dltools/mem.h"

#define HASH_BLOCK 262144

static int
set_damaged(const char *path, const char *why, struct err *e)
{
	return err_set(e, ERR_INPUT, "model '%s' is damaged: %s", path, why);
}

static int
read_header(struct st_file *f, char **header, size_t *len, struct err *e)
{
	unsigned char little[8];
	size_t prefix = strlen(ST_PREFIX);
	uint64_t n = 0;

	if (f->in.size < 8 + prefix + ST_DIGITS)
		return err_set(e, ERR_INPUT, "'%s' is not a model: only %"
			       PRIu64 " bytes", f->in.path, f->in.size);
	if (infile_read(&f->in, 0, little, 8, e) < 0)
		return -1;
	for (int i = 0; i < 8; i++)
		n |= (uint64_t)little[i] << (8 * i);
	if (n < prefix + ST_DIGITS || n > ST_HEADER_MAX)
		return err_set(e, ERR_INPUT, "'%s' is not a model",
			       f->in.path);
	if (n > f->in.size - 8)
		return err_set(e, ERR_INPUT, "'%s' is cut off or not a model: "
			       "%" PRIu64 " bytes end within its header",
			       f->in.path, f->in.size);
	*header = mem_zalloc((size_t)n + 1, 1, e);
	if (!*header || infile_read(&f->in, 8, *header, (size_t)n, e) < 0)
		return -1;
	*len = (size_t)n;
	f->data = 8 + n;
	if (memcmp(*header, ST_PREFIX, prefix) != 0)
		return err_set(e, ERR_INPUT, "'%s' is not a model of dltools",
			       f->in.path);
	return 0;
}

/* One object between the prefix and the padding, nothing else. */
static json_t *
parse_header(const struct st_file *f, const char *header, size_t len,
	     struct err *e)
{
	json_t *root;
	size_t end = len;
	int got;

	while (end > 0 && header[end - 1] == ' ')
		end--;
	if (f->data % ST_ALIGN || len - end >= ST_ALIGN || end == 0 ||
	    header[end - 1] != '}' || memchr(header, '\0', len)) {
		set_damaged(f->in.path, "its header is not padded as it should",
			   e);
		return NULL;
	}
	got = json_read(&root, header, end, NULL, e);
	if (got < 0)
		return NULL;
	if (!json_is_object(root)) {
		json_decref(root);
		set_damaged(f->in.path, "its header is not JSON", e);
		return NULL;
	}
	return root;
}

static int
bad_tensor(const struct st_file *f, const char *name, struct err *e)
{
	return err_set(e, ERR_INPUT, "model '%s' is damaged: tensor '%.80s' is "
		       "not described as it should", f->in.path, name);
}

static int
get_u64(const json_t *array, size_t i, uint64_t *out)
{
	const json_t *v = json_array_get(array, i);

	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return -1;
	*out = (uint64_t)json_integer_value(v);
	return 0;
}

static int
get_shape(struct st_tensor *t, const json_t *shape)
{
	uint64_t size = t->type == ST_F32 ? 4 : 1;

	t->dims = json_array_size(shape);
	if (t->dims < 1 || t->dims > 2)
		return -1;
	for (size_t d = 0; d < t->dims; d++) {
		if (get_u64(shape, d, &t->shape[d]) < 0 || !t->shape[d] ||
		    size > INT64_MAX / t->shape[d])
			return -1;
		size *= t->shape[d];
	}
	return t->bytes == size ? 0 : -1;
}

static int
get_tensor(const struct st_file *f, struct st_tensor *t, const char *name,
	   const json_t *info, struct err *e)
{
	const char *dtype = json_string_value(json_object_get(info, "dtype"));
	const json_t *offsets = json_object_get(info, "data_offsets");
	uint64_t end;

	if (strlen(name) > ST_NAME_MAX || json_object_size(info) != 3 ||
	    !dtype || json_array_size(offsets) != 2 ||
	    (strcmp(dtype, "F32") != 0 && strcmp(dtype, "U8") != 0))
		return bad_tensor(f, name, e);
	memset(t, 0, sizeof(*t));
	memcpy(t->name, name, strlen(name));
	t->type = strcmp(dtype, "F32") == 0 ? ST_F32 : ST_U8;
	if (get_u64(offsets, 0, &t->at) < 0 || get_u64(offsets, 1, &end) < 0 ||
	    end < t->at)
		return bad_tensor(f, name, e);
	t->bytes = end - t->at;
	if (get_shape(t, json_object_get(info, "shape")) < 0)
		return bad_tensor(f, name, e);
	return 0;
}

static int
by_offset(const void *a, const void *b)
{
	const struct st_tensor *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Tensors lie end to end from the header's end to the end of the file. */
static int
check_layout(const struct st_file *f, struct err *e)
{
	uint64_t at = 0, have = f->in.size - f->data;
	bool gap = false;

	for (size_t i = 0; i < f->n; i++) {
		gap |= f->tensor[i].at != at;
		at = f->tensor[i].at + f->tensor[i].bytes;
	}
	if (gap)
		return set_damaged(f->in.path, "its tensors have holes", e);
	if (have < at)
		return err_set(e, ERR_INPUT, "model '%s' is cut off: %" PRIu64
			       " of %" PRIu64 " bytes", f->in.path, f->in.size,
			       f->data + at);
	if (have > at)
		return err_set(e, ERR_INPUT, "model '%s' is damaged: %" PRIu64
			       " bytes after its end", f->in.path, have - at);
	return 0;
}

static int
get_tensors(struct st_file *f, json_t *root, struct err *e)
{
	const char *name;
	json_t *info;

	f->tensor = mem_zalloc(json_object_size(root), sizeof(*f->tensor), e);
	if (!f->tensor)
		return -1;
	json_object_foreach(root, name, info) {
		if (strcmp(name, "__metadata__") == 0)
			continue;
		if (get_tensor(f, &f->tensor[f->n], name, info, e) < 0)
			return -1;
		f->n++;
	}
	qsort(f->tensor, f->n, sizeof(*f->tensor), by_offset);
	return check_layout(f, e);
}

static int
get_texts(struct st_file *f, json_t *meta, struct err *e)
{
	size_t room = json_object_size(meta) + f->n;
	struct st_text *text;
	const char *name;
	json_t *value;

	f->text = mem_zalloc(room, sizeof(*f->text), e);
	if (!f->text)
		return -1;
	json_object_foreach(meta, name, value) {
		if (!json_is_string(value))
			return set_damaged(f->in.path, "its metadata is not "
					  "text", e);
		text = &f->text[f->texts++];
		text->key = mem_strdup(name, e);
		text->bytes = mem_strdup(json_string_value(value), e);
		text->len = json_string_length(value);
		if (!text->key || !text->bytes)
			return -1;
	}
	return 0;
}

/* Long texts are U8 tensors; they follow the short ones in f->text. */
static int
get_long_texts(struct st_file *f, struct err *e)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct st_tensor *t = &f->tensor[i];
		struct st_text *text;

		if (t->type != ST_U8 || st_text(f, t->name))
			continue;
		text = &f->text[f->texts++];
		text->key = mem_strdup(t->name, e);
		text->bytes = mem_zalloc((size_t)t->bytes + 1, 1, e);
		text->len = (size_t)t->bytes;
		if (!text->key || !text->bytes ||
		    st_read(f, t, text->bytes, e) < 0)
			return -1;
	}
	return 0;
}

static int
hash_file(const struct st_file *f, XXH3_state_t *h, unsigned char *buf,
	  struct err *e)
{
	uint64_t digits = 8 + strlen(ST_PREFIX);

	for (uint64_t at = 0; at < f->in.size;) {
		uint64_t left = f->in.size - at;
		size_t n = left < HASH_BLOCK ? (size_t)left : HASH_BLOCK;

		if (infile_read(&f->in, at, buf, n, e) < 0)
			return -1;
		if (at == 0)
			memset(buf + digits, '0', ST_DIGITS);
		XXH3_128bits_update(h, buf, n);
		at += n;
	}
	return 0;
}

static int
check_digest(struct st_file *f, const char *header, struct err *e)
{
	XXH3_state_t *h = XXH3_createState();
	unsigned char *buf = mem_zalloc_aligned(HASH_BLOCK, 1, e);
	char want[ST_DIGITS + 1];
	XXH128_hash_t hash;
	int rc = -1;

	if (!h || !buf) {
		err_nomem(e, "the model's digest");
		goto out;
	}
	XXH3_128bits_reset(h);
	if (hash_file(f, h, buf, e) < 0)
		goto out;
	hash = XXH3_128bits_digest(h);
	snprintf(want, sizeof(want), "%016" PRIx64 "%016" PRIx64,
		 (uint64_t)hash.high64, (uint64_t)hash.low64);
	if (memcmp(want, header + strlen(ST_PREFIX), ST_DIGITS) != 0)
		set_damaged(f->in.path, "its digest does not match its bytes",
			   e);
	else
		rc = 0;
	memcpy(f->digest, want, sizeof(want));
out:
	mem_free(buf);
	XXH3_freeState(h);
	return rc;
}

static int
check_format(const struct st_file *f, const char *format, struct err *e)
{
	const char *found = st_text(f, "format");

	if (!found)
		return set_damaged(f->in.path, "it does not name its format",
				   e);
	if (strcmp(found, format) != 0)
		return err_set(e, ERR_SCHEMA, "model '%s' has format '%.40s', "
			       "this program reads '%s'", f->in.path, found,
			       format);
	return 0;
}

int
st_open(struct st_file *f, const char *path, const char *format, struct err *e)
{
	char *header = NULL;
	json_t *root = NULL;
	size_t len = 0;
	int rc = -1;

	memset(f, 0, sizeof(*f));
	if (infile_open(&f->in, path, e) < 0)
		return -1;
	if (read_header(f, &header, &len, e) < 0)
		goto out;
	root = parse_header(f, header, len, e);
	if (!root || get_tensors(f, root, e) < 0 ||
	    check_digest(f, header, e) < 0 ||
	    get_texts(f, json_object_get(root, "__metadata__"), e) < 0 ||
	    check_format(f, format, e) < 0 || get_long_texts(f, e) < 0)
		goto out;
	rc = 0;
out:
	json_decref(root);
	mem_free(header);
	if (rc < 0)
		st_close(f);
	return rc;
}

void
st_close(struct st_file *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->texts; i++) {
		mem_free(f->text[i].key);
		mem_free(f->text[i].bytes);
	}
	mem_free(f->text);
	mem_free(f->tensor);
	infile_close(&f->in);
	memset(f, 0, sizeof(*f));
}

const struct st_tensor *
st_find(const struct st_file *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->tensor[i].name, name) == 0)
			return &f->tensor[i];
	return NULL;
}

int
st_read(const struct st_file *f, const struct st_tensor *t, void *out,
	struct err *e)
{
	return infile_read(&f->in, f->data + t->at, out, (size_t)t->bytes, e);
}

const struct st_text *
st_find_text(const struct st_file *f, const char *key)
{
	for (size_t i = 0; i < f->texts; i++)
		if (strcmp(f->text[i].key, key) == 0)
			return &f->text[i];
	return NULL;
}

const char *
st_text(const struct st_file *f, const char *key)
{
	const struct st_text *text = st_find_text(f, key);

	return text ? text->bytes : NULL;
}
