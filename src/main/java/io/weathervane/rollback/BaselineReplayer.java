package io.weathervane.rollback;

import io.weathervane.monitor.BaselineReplay;
import io.weathervane.monitor.ReplayRequest;

/** Makes calls of the promoted worker again on the previous one. */
interface BaselineReplayer {
    /** What can be found out within the limits. */
    BaselineReplay ask(ReplayRequest request);
}
