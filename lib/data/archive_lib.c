/*
 * archive_lib.c - finds libarchive, see archive_lib.h.
 */
#include "archive_lib.h"

#include <dlfcn.h>
#include <string.h>

#if defined(ARCHIVE_LINKED)

int
archive_lib_open(struct archive_lib *lib, struct err *e)
{
	(void)e;
#define ARCHIVE_TAKE(type, name, args) lib->name = name;
	ARCHIVE_LIST(ARCHIVE_TAKE)
	return 0;
}

void
archive_lib_close(struct archive_lib *lib)
{
	(void)lib;
}

#else

#if defined(__APPLE__)
#define ARCHIVE_FILE "libarchive.13.dylib"
#else
#define ARCHIVE_FILE "libarchive.so.13"
#endif

/* *to = the function; POSIX has it that pointers to both are of one size. */
static int
find(void *handle, const char *name, void *to)
{
	void *f = dlsym(handle, name);

	memcpy(to, &f, sizeof(f));
	return f != NULL ? 0 : -1;
}

int
archive_lib_open(struct archive_lib *lib, struct err *e)
{
	int missing = 0;

	lib->handle = dlopen(ARCHIVE_FILE, RTLD_NOW | RTLD_LOCAL);
	if (lib->handle == NULL)
		return err_set(e, ERR_OUTPUT, "cannot unpack: %s", dlerror());
#define ARCHIVE_TAKE(type, name, args) \
	missing |= find(lib->handle, #name, &lib->name);
	ARCHIVE_LIST(ARCHIVE_TAKE)
	if (missing == 0)
		return 0;
	archive_lib_close(lib);
	return err_set(e, ERR_OUTPUT, "cannot unpack: '" ARCHIVE_FILE
		       "' is too old");
}

void
archive_lib_close(struct archive_lib *lib)
{
	if (lib->handle != NULL)
		dlclose(lib->handle);
	lib->handle = NULL;
}

#endif
