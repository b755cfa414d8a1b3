/** Tests of the component: two Camel contexts with a real peer each, linked over loopback. */
package org.peerroom.camel;
