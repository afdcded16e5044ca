package io.weathervane.tool;

import tools.jackson.databind.node.ObjectNode;

/** A client's ear for messages that belong to no request of it. */
@FunctionalInterface
public interface UnsolicitedNotificationChannel {
    UnsolicitedNotificationChannel NONE = (method, params) -> {};

    /** Tells the client, in the order of the calls, and never on the caller's thread; drops it when the client is gone. */
    void sendNotification(String method, ObjectNode params);
}
