/** Nest on Fastify with one route and nothing else: it gives the body it was started with, from memory. */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

const [body = '', port = '0'] = process.argv.slice(2);

@Controller()
class BareController {
  @Get('body')
  body(): string {
    return body;
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(Number(port), '127.0.0.1');
process.send?.({ ready: true });
