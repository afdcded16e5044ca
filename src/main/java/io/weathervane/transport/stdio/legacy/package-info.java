/**
 * Batches, the part of a session of lines that only clients of MCP 2025-03-26 and older need. Imported by the wiring
 * alone, so that it can be deleted.
 */
@NullMarked
package io.weathervane.transport.stdio.legacy;

import org.jspecify.annotations.NullMarked;
