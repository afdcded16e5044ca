package io.weathervane.tool;

import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.spy;

import java.util.ArrayList;
import java.util.List;
import org.mockito.invocation.InvocationOnMock;

/** A registry as it is, of which it is known which names are looked up, and among whose tools. */
public final class CountedLookups {
    private final List<String> taken = new ArrayList<>();
    private final ToolRegistry registry;

    public CountedLookups(ToolRegistry counted) {
        registry = spy(counted);
        doAnswer(lookup -> taken("ours", lookup)).when(registry).own(anyString());
        doAnswer(lookup -> taken("worker's", lookup)).when(registry).worker(anyString());
    }

    public ToolRegistry registry() {
        return registry;
    }

    /** The lookups since the last time that this was asked. */
    public synchronized List<String> take() {
        List<String> all = List.copyOf(taken);
        taken.clear();
        return all;
    }

    private Object taken(String among, InvocationOnMock lookup) throws Throwable {
        synchronized (this) {
            taken.add(among + " " + lookup.getArgument(0));
        }
        return lookup.callRealMethod();
    }
}
