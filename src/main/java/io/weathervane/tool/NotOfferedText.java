package io.weathervane.tool;

/** Refusal of a call of one of our tools that the caller is not offered: what is offered instead, and how to have the rest. */
final class NotOfferedText {
    private NotOfferedText() {}

    static String of(String tool, OperationsScope offered) {
        String what = offered == OperationsScope.SAFE
                ? "This client is offered what reads and what makes things safe (operations: safe), and this call of "
                        + tool + " is neither."
                : "This client is offered none of WeatherVane's own tools (operations: none).";
        return what + " Nothing was done. A person can make the call at a terminal: weathervane call " + tool
                + "; --operations all, or operations: all in the configuration, offers it here.";
    }
}
