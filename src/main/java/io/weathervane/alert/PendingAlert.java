package io.weathervane.alert;

/**
 * An alert that one sink has not got yet.
 *
 * @param seq of the audit event, by which the receiver knows a repeated one
 * @param tries so far, all of them failed
 */
record PendingAlert(long seq, String body, int tries) {}
