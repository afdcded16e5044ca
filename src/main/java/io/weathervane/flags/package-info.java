/** The live flags and the kill switch: catalog, stored rows, effective snapshot; imports audit, store and event. */
@NullMarked
package io.weathervane.flags;

import org.jspecify.annotations.NullMarked;
