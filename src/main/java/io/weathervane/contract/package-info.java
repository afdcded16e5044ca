/**
 * Contract of a server with its callers, as a reviewed file: its tools' definitions, written, read and compared. It
 * knows no processes and no connections.
 */
@NullMarked
package io.weathervane.contract;

import org.jspecify.annotations.NullMarked;
