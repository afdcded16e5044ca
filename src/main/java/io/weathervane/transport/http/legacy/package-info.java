/**
 * Parts of Streamable HTTP that only clients of 2025-11-25 and older need: sessions, streams that outlive their
 * connections, batches. Imported by the wiring alone, so that it can be deleted.
 */
@NullMarked
package io.weathervane.transport.http.legacy;

import org.jspecify.annotations.NullMarked;
