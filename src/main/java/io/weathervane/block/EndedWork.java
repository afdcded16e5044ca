package io.weathervane.block;

/**
 * Work of the tools of a block that was under way and was ended with it.
 *
 * @param calls calls in flight whose callers have their answer
 * @param tasks tasks that their workers were told to end, which they may have ended already
 */
public record EndedWork(int calls, int tasks) {
    static final EndedWork NONE = new EndedWork(0, 0);

    EndedWork plus(EndedWork more) {
        return new EndedWork(calls + more.calls, tasks + more.tasks);
    }
}
