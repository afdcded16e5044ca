/**
 * What should hold before the kill switch comes off, and what is known of the calls that failed lately, also under the
 * servers before this one.
 */
@NullMarked
package io.weathervane.reset;

import org.jspecify.annotations.NullMarked;
