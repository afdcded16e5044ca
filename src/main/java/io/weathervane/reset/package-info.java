/**
 * Preconditions of a reset of the kill switch, and the record of the calls that failed lately, also under the servers
 * before this one.
 */
@NullMarked
package io.weathervane.reset;

import org.jspecify.annotations.NullMarked;
