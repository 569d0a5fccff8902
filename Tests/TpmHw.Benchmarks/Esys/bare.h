/* A TCTI that carries bare bytes, without the control channel that tpm2-tss's own module for swtpm has. */
#include <tss2/tss2_tcti.h>

/* To a Unix socket; with answers from memory where it remembers (see answers.h). */
TSS2_TCTI_CONTEXT *open_bare(const char *path, int remembers);
