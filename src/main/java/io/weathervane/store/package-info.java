/** Opening, migrating and transacting on the embedded database; no domain words; imports nothing of ours but util. */
@NullMarked
package io.weathervane.store;

import org.jspecify.annotations.NullMarked;
