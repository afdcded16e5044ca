/**
 * Tells others of what matters: reads the audit, keeps what is still to be sent in the store; imports audit, store and
 * failure.
 */
@NullMarked
package io.weathervane.alert;

import org.jspecify.annotations.NullMarked;
