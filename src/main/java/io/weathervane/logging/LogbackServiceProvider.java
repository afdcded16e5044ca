package io.weathervane.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.util.StatusListenerConfigHelper;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** Logback as {@link WorkspaceLog} wants it, named by {@code main} so that nothing is searched for it at a start. */
public final class LogbackServiceProvider implements SLF4JServiceProvider {
    private static final String NAMED_BY = "slf4j.provider";

    /** SLF4J says on stderr that it was told, unless it is told not to. */
    private static final String SPEAKS_FROM = "slf4j.internal.verbosity";

    /** The oldest SLF4J that this goes with. */
    private static final String API_VERSION = "2.0.99";

    private final LoggerContext context = new LoggerContext();
    private final LogbackMDCAdapter values = new LogbackMDCAdapter();
    private final IMarkerFactory markers = new BasicMarkerFactory();

    /** Has an effect before the first logger only. */
    public static void choose() {
        System.setProperty(NAMED_BY, LogbackServiceProvider.class.getName());
        System.setProperty(SPEAKS_FROM, "WARN");
    }

    @Override
    public void initialize() {
        context.setName("default");
        context.setMDCAdapter(values);
        StatusListenerConfigHelper.installIfAsked(context);
        WorkspaceLog.configure(context);
        context.start();
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return context;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return values;
    }

    @Override
    public String getRequestedApiVersion() {
        return API_VERSION;
    }
}
