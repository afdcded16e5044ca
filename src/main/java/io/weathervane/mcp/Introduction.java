package io.weathervane.mcp;

/** What another server says of itself to the model that will use its tools. */
public interface Introduction {
    /** The text, added to ours; empty when there is none. May wait for that server, for a bounded time. */
    String text();

    /** Whether {@link #text} would wait now. */
    boolean isAwaited();

    static Introduction none() {
        return new Introduction() {
            @Override
            public String text() {
                return "";
            }

            @Override
            public boolean isAwaited() {
                return false;
            }
        };
    }
}
